import Foundations
import TestSupport
import Testing

@testable import Manifest

/// Taking what `--set` said over into a pipeline file.
@Suite struct PipelineEditTests {
  private func edited(_ stages: String, _ settings: String...) throws -> (text: String, changes: [PipelineEdit.Change])
  {
    let world = try World(["pipelines/p.yaml": stages])
    let edit = try PipelineEdit(
      file: world.path("pipelines/p.yaml"), settings: settings,
      library: StageLibrary(directory: world.path("stages")))
    return (String(decoding: edit.bytes, as: UTF8.self), edit.changes)
  }

  private static let head =
    "pipeline: p   # ours\nparams:\n  n: 250        # tokens\n  t: \"2023\"\nstages:\n  s: {uses: import, with: {path: \"x/*.txt\"}}\n"

  @Test func aValueIsReplacedWhereItStands() throws {
    let rest = "  c: {uses: chunk, needs: parse, with: {max_tokens: \"${params.n}\", overlap: 25}}   # chunks\n"
    let parse = "  parse: {uses: parse, needs: s}\n"
    let (text, changes) = try edited(Self.head + parse + rest, "c.max_tokens=120")
    #expect(text == Self.head + parse + rest.replacing("\"${params.n}\"", with: "120"))
    #expect(changes.count == 1 && changes[0].line == 8 && changes[0].before.contains("params.n"))
    let (other, _) = try edited(Self.head + parse + rest, "params.n=300", "c.overlap=10")
    #expect(
      other
        == (Self.head + parse + rest).replacing("n: 250 ", with: "n: 300 ").replacing(
          "overlap: 25", with: "overlap: 10"))
  }

  @Test func aTextStaysAText() throws {
    let stages = Self.head + "  f: {run: \"echo ${params.t} > {output}\"}\n"
    #expect(try edited(stages, "params.t=2024").text == stages.replacing("\"2023\"", with: "\"2024\""))
    #expect(try edited(stages, "params.t=a, b: c").text == stages.replacing("\"2023\"", with: "\"a, b: c\""))
  }

  @Test(arguments: [
    ("  c: {uses: chunk, needs: p}\n", "  c: {uses: chunk, needs: p, with: {max_tokens: 120}}\n"),
    ("  c: {uses: chunk, needs: p, with: {}}\n", "  c: {uses: chunk, needs: p, with: {max_tokens: 120}}\n"),
    (
      "  c: {uses: chunk, needs: p, with: {overlap: 25}}\n",
      "  c: {uses: chunk, needs: p, with: {overlap: 25, max_tokens: 120}}\n"
    ),
    (
      "  c:\n    uses: chunk   # ours\n    needs: p\n",
      "  c:\n    uses: chunk   # ours\n    needs: p\n    with: {max_tokens: 120}\n"
    ),
    (
      "  c:\n    uses: chunk\n    needs: p\n    with:\n      overlap: 25   # so many",
      "  c:\n    uses: chunk\n    needs: p\n    with:\n      overlap: 25\n      max_tokens: 120   # so many"
    ),
    (
      "  c:\n    uses: chunk\n    with:\n      overlap: 25\n    needs:\n      - p\n",
      "  c:\n    uses: chunk\n    with:\n      overlap: 25\n      max_tokens: 120\n    needs:\n      - p\n"
    ),
  ])
  func whatTheFileDoesNotSayIsAdded(_ before: String, _ after: String) throws {
    let head = Self.head + "  p: {uses: parse, needs: s}\n"
    #expect(try edited(head + before, "c.max_tokens=120").text == head + after)
  }

  @Test func whatCannotBeSaidIsRefused() throws {
    let stages = Self.head + "  f: {foreach: [a, b], run: \"head -c 4 x > {output}\"}\n"
    #expect(throws: SluiceError.self) { try edited(stages, "f@a.timeout=3s") }
  }
}
