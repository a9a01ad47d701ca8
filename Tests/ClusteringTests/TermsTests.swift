import Testing

@testable import Clustering

struct TermsTests {
  @Test func takesWordsAndPairs() {
    #expect(
      Terms.extract("The package manager, apt-get, doesn't install 3 ÄPFEL.")
        == ["package", "manager", "package manager", "apt-get", "install", "äpfel"])
    #expect(Terms.extract("") == [])
    #expect(
      Terms.extract("__get__, _set and __init; max_size- or up_").filter { !$0.contains(" ") } == [
        "__get__", "set", "init", "max_size",
      ])
  }

  @Test func namesClassesByWhatIsTheirs() {
    var terms = ClassTerms(classes: 2)
    for _ in 0..<3 {
      terms.add("The kernel scheduler runs processes. Shared words.", to: 0)
      terms.add("Flour and sugar make a cake. Shared words.", to: 1)
    }
    terms.add("Shared words. Kernel.", to: nil)
    #expect(terms.best(of: 0, limit: 2) == ["kernel scheduler", "processes"])
    let cake = terms.best(of: 1, limit: 3)
    #expect(cake.prefix(2) == ["cake", "flour"])
    #expect(!cake.contains { $0.contains("shared") })
  }

  @Test func randIndexKnowsItsEnds() {
    #expect(AdjustedRandIndex.of([0, 0, 1, 1], [5, 5, 3, 3]) == 1)
    #expect(AdjustedRandIndex.of([0, 0, 1, 1], [0, 1, 0, 1]) < 0)
  }
}
