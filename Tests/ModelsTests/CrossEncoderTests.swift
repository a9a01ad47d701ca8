import Foundations
import Glibc
import TestSupport
import Testing

@testable import Models

/// With the tiny model of Tests/Fixtures/rerank, whose scores onnxruntime gave (make.py).
struct CrossEncoderTests {
  private let scratch: Scratch
  /// A models folder with the runtime and the re-ranker.
  init() throws {
    scratch = try Scratch()
    // The library looks for its parts where it was opened first: not in a folder that goes with this test.
    try OpenVINORuntime.open(besideModel: "\(ProjectFiles.root)/models/all-MiniLM-L6-v2")
    symlink("\(ProjectFiles.root)/models/runtime", scratch.path("runtime"))
    symlink("\(ProjectFiles.root)/Tests/Fixtures/rerank", scratch.path("tiny"))
  }

  @Test(arguments: [1, 2]) func scoresAsOnnxruntimeDoes(_ threads: Int) throws {
    let recorded = try JSONValue(parsing: FileSystem.read(scratch.path("tiny/scores.json")))
    let texts = recorded["texts"]?.array?.compactMap(\.string) ?? []
    let wanted = recorded["scores"]?.array?.compactMap(\.double) ?? []
    let encoder = try CrossEncoder(directory: scratch.path("tiny"), threads: threads)
    let scores = try encoder.score(recorded["question"]?.string ?? "", texts)
    #expect(scores.count == 7 && wanted.count == 7)
    for (score, wanted) in zip(scores, wanted) { #expect(abs(score - wanted) < 1e-5) }
    // Whatever stands beside it.
    #expect(try encoder.score(recorded["question"]?.string ?? "", [texts[3]]) == [scores[3]])
  }

  @Test func framesOfFamilies() throws {
    func frame(_ processor: String) throws -> PairFrame {
      let path = scratch.path("t.json")
      try FileSystem.writeAtomically("{\"post_processor\": \(processor)}", to: path)
      return try PairFrame(file: path)
    }
    let bert = try frame(#"{"type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]}"#)
    #expect(bert.frame([7, 8], [9], limit: 10) == ([1, 7, 8, 2, 9, 2], [0, 0, 0, 0, 1, 1]))
    let roberta = try frame(
      #"{"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "RobertaProcessing", "cls": ["<s>", 0], "sep": ["</s>", 2]}]}"#
    )
    #expect(roberta.frame([7], [9], limit: 10) == ([0, 7, 2, 2, 9, 2], [0, 0, 0, 0, 0, 0]))
    // The longer one gives first; both when both are long.
    #expect(bert.frame([7, 8], [9, 9, 9, 9, 9], limit: 8).tokens == [1, 7, 8, 2, 9, 9, 9, 2])
    #expect(bert.frame([7, 7, 7, 7, 7], [9], limit: 6).tokens == [1, 7, 7, 2, 9, 2])
    #expect(bert.frame([7, 7, 7, 7], [9, 9, 9, 9, 9], limit: 8).tokens == [1, 7, 7, 2, 9, 9, 9, 2])
    #expect(throws: SluiceError.self) { try frame("null") }
    #expect(throws: SluiceError.self) { try frame(#"{"type": "TemplateProcessing", "pair": []}"#) }
  }

  @Test func whatIsNoRerankerIsSaid() throws {
    let error = #expect(throws: SluiceError.self) {
      try CrossEncoder(directory: "\(ProjectFiles.root)/models/all-MiniLM-L6-v2", threads: 1)
    }
    #expect(error?.message.contains("is no re-ranker") == true)
    try FileSystem.makeDirectory(scratch.path("none/models"))
    let missing = #expect(throws: SluiceError.self) { try CrossEncoder.installed(project: scratch.path("none")) }
    #expect(missing?.code == .missing)
    try FileSystem.makeDirectory(scratch.path("some"))
    symlink(scratch.directory, scratch.path("some/models"))
    #expect(try CrossEncoder.installed(project: scratch.path("some")).hasSuffix("/tiny"))
  }
}
