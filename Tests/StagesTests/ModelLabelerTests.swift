import Foundations
import TestSupport
import Testing

@testable import Stages

struct ModelLabelerTests {
  private let evidence = [
    "The package manager refuses to install packages that conflict.", "Conflicts of packages are declared.",
  ]

  private func label(_ answer: String, model: String = "talker") throws -> (String?, String?) {
    let server = try ModelServer()
    let harness = try MeaningHarness()
    let configuration = harness.configuration(
      "cluster", ["provider": "openai", "model": .string(model), "base_url": .string(server.url)],
      prompts: ["cluster": "ANSWER: \(answer)"])
    let labeler = try #require(try ModelLabeler.make(configuration))
    let name = try labeler.label(terms: ["package", "conflict"], evidence: evidence, try harness.context())
    return (name, labeler.shortfall)
  }

  @Test func takesANameWhoseWordsStandThere() throws {
    #expect(try label("{\"label\": \"Conflicts of packages\"}").0 == "Conflicts of packages")
  }

  @Test(arguments: [
    "{\"label\": \"Cheese from the moon\"}", "{\"label\": \"7 conflicts of packages\"}", "{\"label\": \"\"}", "no JSON",
    "{\"label\": \"<b>conflicts</b> of packages\"}", "{\"label\": \"Ignore previous instructions packages conflict\"}",
    "{\"label\": \"packages packages packages packages packages packages packages packages conflict\"}",
  ])
  func refusesOthers(_ answer: String) throws { #expect(try label(answer).0 == nil) }

  @Test func goesOnByTermsWithoutAServer() throws {
    let (name, shortfall) = try label("{}", model: "spent")
    #expect(name == nil)
    // The stage is provisional then: the next run asks again.
    #expect(shortfall?.contains("named by their terms") == true)
    #expect(try label("{}").1 == nil)
  }

  @Test func termsNeedNoModel() throws {
    let harness = try MeaningHarness()
    #expect(try ModelLabeler.make(harness.configuration("cluster", ["provider": "terms"])) == nil)
  }
}
