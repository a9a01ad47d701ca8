import Foundations
import Glibc
import TestSupport
import Testing

@testable import Models

/// With the real all-MiniLM-L6-v2: `scripts/setup-models` installs it.
struct LocalEmbedderTests {
  private static let sentences = [
    "This is an example sentence", "Each sentence is converted", "How do I install a package?",
    "apt-get install fetches a package and its dependencies.", "The cat sat on the mat.", "短い文",
    "a",
    String(repeating: "Policy says that packages must not depend on themselves. ", count: 60),
  ]

  private func vectors(_ embedder: LocalEmbedder, _ texts: [String]) throws -> [EmbeddedText] {
    try embedder.embed(texts).map { outcome in
      guard case .vector(let text) = outcome else { throw SluiceError(.badInput, "no vector") }
      return text
    }
  }

  private func cosine(_ a: EmbeddedText, _ b: EmbeddedText) -> Float {
    zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func givesTheKnownVector() throws {
    let embedder = try LocalEmbedder(LocalModel(directory: ProjectFiles.miniLM), threads: 1)
    let vector = try vectors(embedder, ["This is an example sentence"])[0]
    #expect(vector.values.count == 384)
    #expect(abs(vector.values[0] - 0.06766) < 2e-5)
    #expect(abs(vector.values[1] - 0.06350) < 2e-5)
    #expect(abs(cosine(vector, vector) - 1) < 1e-5)
    #expect(vector.bytes.count == 1536)
  }

  @Test func sameTextSameBitsWhateverIsBesideIt() throws {
    let one = try LocalEmbedder(LocalModel(directory: ProjectFiles.miniLM), threads: 1)
    let two = try LocalEmbedder(LocalModel(directory: ProjectFiles.miniLM), threads: 2)
    let together = try vectors(two, Self.sentences)
    let reversed = try vectors(one, Self.sentences.reversed())
    for (index, sentence) in Self.sentences.enumerated() {
      #expect(together[index] == reversed[Self.sentences.count - 1 - index])
      #expect(try vectors(two, [sentence])[0] == together[index])
    }
  }

  @Test func meaningIsNear() throws {
    let embedder = try LocalEmbedder(LocalModel(directory: ProjectFiles.miniLM), threads: 2)
    let found = try vectors(embedder, Self.sentences)
    #expect(cosine(found[2], found[3]) > cosine(found[2], found[4]) + 0.2)
    #expect(found[7].droppedTokens > 100)
    #expect(found[6].droppedTokens == 0)
  }

  @Test func passportNeedsNoLoading() throws {
    let passport = try LocalModel(directory: ProjectFiles.miniLM).passport()
    #expect(passport == (try LocalEmbedder(LocalModel(directory: ProjectFiles.miniLM), threads: 1).passport))
    #expect(passport.dimensions == 384)
    #expect(passport.members["max_length"] == 256)
    #expect(passport.members["pooling"] == "mean")
    #expect(passport.members["runtime"]?.string?.hasPrefix("openvino 20") == true)
    #expect(OpenVINORuntime.openedVersion.hasPrefix("20"))
  }

  @Test func manifestIsTrustedOnlyWhileFilesAreUntouched() throws {
    let files = try ModelFiles(directory: ProjectFiles.miniLM)
    let bytes = try FileSystem.read(files.path("config.json"))
    #expect(try files.digest("config.json") == Digest(of: bytes))
  }

  @Test func differencesNameWhatDiffers() {
    let a = VectorPassport(["model": "a", "dim": 384, "runtime": "1", "pooling": "mean"])
    let b = VectorPassport(["model": "b", "dim": 384, "runtime": "2"])
    #expect(a.differences(from: a).isEmpty)
    #expect(a.differences(from: b) == ["model: a here, b there"])
  }

  @Test func saysWhatToDoWhenThereIsNoModel() {
    let error = #expect(throws: SluiceError.self) {
      try LocalEmbedder(LocalModel(directory: "/nowhere/model"), threads: 1)
    }
    #expect(error?.code == .missing)
    #expect(error?.advice.contains("scripts/setup") == true)
  }
}

/// Tiny encoders with the inputs, outputs and settings of well-known families, whose vectors onnxruntime gave
/// (Tests/Fixtures/models/tiny/make.py).
struct ModelFamilyTests {
  /// The copies have no runtime beside them.
  init() { setenv("SLUICE_OPENVINO", Path.join(Path.parent(ProjectFiles.miniLM), "runtime/openvino/lib"), 1) }

  private func model(_ name: String, _ scratch: Scratch, called: String? = nil) throws -> LocalModel {
    let target = scratch.path("models/\(called ?? name)")
    try FileSystem.makeDirectory(target + "/1_Pooling")
    let source = ProjectFiles.fixture("models/tiny/\(name)")
    for file in try FileSystem.list(source) + ["1_Pooling/config.json"] where file != "1_Pooling" {
      guard FileSystem.exists("\(source)/\(file)") else { continue }
      try FileSystem.writeAtomically(FileSystem.read("\(source)/\(file)"), to: "\(target)/\(file)")
    }
    return LocalModel(directory: target)
  }

  private func vectors(_ embedder: LocalEmbedder, _ texts: [String], as role: TextRole = .document) throws -> [[Float]]
  {
    try embedder.embed(texts, as: role).map { outcome in
      guard case .vector(let text) = outcome else { throw SluiceError(.badInput, "no vector") }
      return text.values
    }
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test(arguments: ["tiny-bge-small-en", "tiny-qwen", "tiny-pooled"])
  func givesTheVectorsOfTheReference(_ name: String) throws {
    let scratch = try Scratch()
    let model = try model(name, scratch)
    let reference = try JSONValue(parsing: FileSystem.read(model.directory + "/reference.json"))
    let texts = (reference["texts"]?.array ?? []).compactMap(\.string)
    let found = try vectors(try LocalEmbedder(model, threads: 2), texts)
    for (number, vector) in found.enumerated() {
      let known = (reference["vectors"]?[number]?.array ?? []).compactMap { $0.double.map { Float($0) } }
      #expect(vector.count == 24)
      #expect(cosine(vector, known) > 0.99999, "\(name): \(texts[number])")
    }
  }

  @Test func prefixesComeFromTheModelsFilesOrFamily() throws {
    let scratch = try Scratch()
    let qwen = try LocalEmbedder(model("tiny-qwen", scratch), threads: 1)
    #expect(qwen.passport.members["query_prefix"] == "query: ")
    #expect(try vectors(qwen, ["a b c"], as: .query) == (try vectors(qwen, ["query: a b c"])))
    let other = try Scratch()
    var bge = try model("tiny-bge-small-en", other, called: "bge-small-en-v1.5")
    #expect(try bge.passport().members["query_prefix"]?.string?.hasPrefix("Represent this sentence") == true)
    #expect(try bge.passport().members["document_prefix"] == nil)
    bge.queryPrefix = "about: "
    #expect(try bge.passport().members["query_prefix"] == "about: ")
    // What an index remembers makes the same embedder again.
    let again = try LocalModel(qwen.passport, project: "/")
    #expect(again.queryPrefix == "query: ")
  }

  @Test func aWrongModelIsFoundBeforeItIsUsed() throws {
    let scratch = try Scratch()
    let model = try model("tiny-qwen", scratch)
    let reference = try FileSystem.read(model.directory + "/reference.json")
    try FileSystem.writeAtomically(reference, to: model.directory + "/self_test.json")
    _ = try LocalEmbedder(model, threads: 1)
    // The pooling of another family: the vectors look like vectors, and mean nothing.
    try FileSystem.writeAtomically("{\"pooling_mode\": \"cls\"}", to: model.directory + "/1_Pooling/config.json")
    let error = #expect(throws: SluiceError.self) { try LocalEmbedder(model, threads: 1) }
    #expect(error?.message.contains("known to give") == true)
    try FileSystem.writeAtomically("{\"pooling_mode\": \"max\"}", to: model.directory + "/1_Pooling/config.json")
    #expect(throws: SluiceError.self) { try LocalEmbedder(model, threads: 1) }
    try FileSystem.writeAtomically(
      "[{\"type\": \"sentence_transformers.models.Dense\"}]", to: model.directory + "/modules.json")
    let dense = #expect(throws: SluiceError.self) { try model.passport() }
    #expect(dense?.message.contains("Dense") == true)
  }

  @Test func fewerDimensionsAreAPrefixOfAll() throws {
    var model = LocalModel(directory: ProjectFiles.miniLM)
    let whole = try vectors(try LocalEmbedder(model, threads: 1), ["a sentence"])[0]
    model.dimensions = 128
    let cut = try LocalEmbedder(model, threads: 1)
    let short = try vectors(cut, ["a sentence"])[0]
    #expect(cut.passport.dimensions == 128)
    let length = whole.prefix(128).reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(zip(short, whole).allSatisfy { abs($0 - $1 / length) < 1e-6 })
    model.dimensions = 999
    #expect(throws: SluiceError.self) { try model.passport() }
  }

  @Test func otherPrecisionsAreOtherSpaces() throws {
    var model = LocalModel(directory: ProjectFiles.miniLM)
    let texts = ["This is an example sentence", "How do I install a package?"]
    let exact = try vectors(try LocalEmbedder(model, threads: 1), texts)
    let passport = try model.passport()
    model.precision = .bf16
    let half = try LocalEmbedder(model, threads: 2)
    for (a, b) in zip(exact, try vectors(half, texts)) { #expect(cosine(a, b) > 0.998) }
    #expect(!half.passport.differences(from: passport).isEmpty)
    #expect(try vectors(half, texts) == (try texts.map { try vectors(half, [$0])[0] }))
    let scratch = try Scratch()
    var bare = try self.model("tiny-qwen", scratch)
    bare.precision = .int8
    let missing = #expect(throws: SluiceError.self) { try bare.passport() }
    #expect(missing?.advice.contains("scripts/quantize-model") == true)
    bare.precision = .fp32
    bare.device = .gpu
    // There is no GPU on the machines that run these tests; where there is one, it must compute.
    do { _ = try LocalEmbedder(bare, threads: 1) } catch { #expect(error.message.contains("on the GPU")) }
  }
}
