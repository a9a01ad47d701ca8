import Foundations
import Manifest
import Testing

@Suite struct StageGraphTests {
  private func graph(_ stages: String...) throws -> StageGraph {
    let text = "pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined()
    let reader = PipelineReader(library: StageLibrary(directory: nil))
    return try StageGraph(reader.read(SourceText(name: "p.yaml", bytes: Array(text.utf8)), directory: "/tmp"))
  }

  /// Line, column, message and hint of each mistake.
  private func problems(_ stages: String...) -> [String] {
    let text = "pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined()
    do {
      _ = try StageGraph(
        PipelineReader(library: StageLibrary(directory: nil)).read(
          SourceText(name: "p", bytes: Array(text.utf8)), directory: "/"))
      return []
    } catch let error as Diagnostics {
      return error.all.map { "\($0.position.line):\($0.position.column): \($0.message) [\($0.hint)]" }
    } catch {
      return ["\(error)"]
    }
  }

  @Test func order() throws {
    let graph = try graph(
      "d: {run: cat, needs: [b, c]}", "b: {run: cat, needs: a}", "c: {run: cat, needs: a}", "a: {run: 'true'}",
      "e: {run: 'true'}")
    let names = graph.order.map { graph.stages[$0].name }
    #expect(names == ["a", "e", "b", "c", "d"])
    #expect(graph.needs[StageID(0)].map(\.index) == [1, 2])
    #expect(graph.dependents[StageID(3)].sorted().map(\.index) == [1, 2])
  }

  @Test func mistakes() {
    #expect(
      problems("a: {run: 'true'}", "b: {run: cat, needs: aa}") == [
        "4:24: the stage 'b' needs 'aa', which does not exist [Did you mean 'a'?]"
      ])
    #expect(
      problems("b: {uses: parse}").first?.hasPrefix("3:3: the stage 'b' (parse) has no input: it reads document")
        == true)
    #expect(
      problems("a: {run: 'true'}", "b: {run: cat, needs: [a, a]}") == [
        "4:28: the stage 'b' needs the same stage twice []"
      ])
    #expect(
      problems("a: {run: cat, needs: a}") == [
        "3:24: the stages need each other in a circle: a → a [An arrow means 'needs'. Remove one of them.]"
      ])
  }

  @Test func aCycleIsShownWithItsPath() {
    let found = problems(
      "x: {run: cat, needs: c}", "a: {run: cat, needs: [s, c]}", "b: {run: cat, needs: a}", "c: {run: cat, needs: b}",
      "s: {run: 'true'}")
    #expect(
      found == [
        "4:25: the stages need each other in a circle: a → c → b → a [An arrow means 'needs'. Remove one of them.]"
      ])
  }

  @Test func families() throws {
    let graph = try graph(
      "a: {foreach: [x, y], run: 'true ${item}'}", "b: {foreach: [x, y], run: cat, needs: 'a@${item}'}",
      "c: {run: cat, needs: b}")
    #expect(graph.needs.map { $0.map(\.index) } == [[], [], [0], [1], [2, 3]])
  }

  @Test func selectors() throws {
    let graph = try graph(
      "a: {run: 'true'}", "b: {run: cat, needs: a}", "c: {run: cat, needs: b}", "d: {run: cat, needs: a}",
      "f: {foreach: [x, y], run: cat, needs: d}")
    func select(_ texts: String...) throws -> [String] {
      try Selector.resolve(texts, in: graph).sorted().map { graph.stages[$0].name }
    }
    #expect(try select("b") == ["b"])
    #expect(try select("+c") == ["a", "b", "c"])
    #expect(try select("b+") == ["b", "c"])
    #expect(try select("+b+") == ["a", "b", "c"])
    #expect(try select("a+") == ["a", "b", "c", "d", "f@x", "f@y"])
    #expect(try select("f") == ["f@x", "f@y"])
    #expect(try select("f@*") == ["f@x", "f@y"])
    #expect(try select("f@x,c", "+b") == ["a", "b", "c", "f@x"])
    let error = #expect(throws: SluiceError.self) { try select("+g") }
    #expect(error?.code == .usage)
    #expect(error?.message == "there is no stage 'g' in the pipeline p")
  }

  @Test func manyStagesAreQuick() throws {
    let text =
      "pipeline: p\nstages:\n  s0: {run: 'true'}\n"
      + (1..<5000).map { "  s\($0): {run: cat, needs: s\($0 - 1)}\n" }.joined()
    let reader = PipelineReader(library: StageLibrary(directory: nil))
    let start = MonotonicClock.now
    let graph = try StageGraph(reader.read(SourceText(name: "p", bytes: Array(text.utf8)), directory: "/"))
    #expect(graph.order == Array(graph.stages.indices))
    #expect(graph.ancestors(of: [StageID(4999)]).count == 5000)
    #expect(MonotonicClock.seconds(since: start) < 10)
  }
}
