import Foundations
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
