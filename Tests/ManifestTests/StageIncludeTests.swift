import Foundations
import Manifest
import TestSupport
import Testing

/// Parameters that a definition takes from elsewhere.
@Suite struct StageIncludeTests {
  private func library(_ files: [String: String]) throws -> (StageLibrary, Scratch) {
    let scratch = try Scratch()
    for (name, text) in files { try FileSystem.writeReplaceable(Array(text.utf8), to: scratch.path(name)) }
    return (StageLibrary(directory: scratch.directory), scratch)
  }

  @Test func ofAnotherStageAndOfAFile() throws {
    let (library, scratch) = try library([
      "loud.yaml":
        "kind: command\noutput: file\ninclude: [command, more]\nparameters:\n  run: {type: string, default: tr a-z A-Z}\n",
      "more.parameters.yaml": "tone: {type: int, default: 3}\nrun: {type: string, default: never}\n",
    ])
    defer { withExtendedLifetime(scratch) {} }
    let loud = try #require(try library.definition("loud"))
    let command = try #require(try library.definition("command"))
    #expect(Set(loud.parameters.map(\.name)) == Set(command.parameters.map(\.name) + ["tone"]))
    #expect(loud.parameters.count { $0.name == "run" } == 1 && loud.parameters[0].defaultValue == "tr a-z A-Z")
    #expect(!library.names.contains { $0.contains(".") }, "a file of parameters is no stage")
  }

  @Test func builtInStagesThatAskTheNetworkShareTheirs() throws {
    let library = StageLibrary(directory: nil)
    for name in ["fetch", "crawl", "sitemap", "feed"] {
      let names = try #require(try library.definition(name)).parameters.map(\.name)
      #expect(names.contains("headers") && names.contains("timeout") && Set(names).count == names.count, "\(name)")
    }
  }

  @Test(arguments: [
    ("include: nosuch", "nothing to include that is called 'nosuch'"), ("include: a", "in a circle: a → a"),
    ("include: b", "in a circle: a → b → a"), ("include: bad", "has no type"),
  ])
  func mistakes(line: String, message: String) throws {
    let (library, scratch) = try library([
      "a.yaml": "kind: command\noutput: file\n\(line)\n", "b.yaml": "kind: command\noutput: file\ninclude: a\n",
      "bad.parameters.yaml": "x: {default: 3}\n",
    ])
    defer { withExtendedLifetime(scratch) {} }
    let error = #expect(throws: Diagnostics.self) { _ = try library.definition("a") }
    #expect(error?.rendered.contains(message) == true, "\(error?.rendered ?? "")")
  }
}
