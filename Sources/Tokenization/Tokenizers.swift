import Foundations

/// Makes tokenizers from models' files.
package enum Tokenizers {
  /// The file that defines a tokenizer, in the format of the PyPI package `tokenizers`.
  package static let fileName = "tokenizer.json"

  /// Loads the tokenizer of the model in `directory`.
  /// - Throws: `.missing` when there is no `tokenizer.json`, `.badInput` when it cannot be read or is of
  ///   a type that Sluice does not know.
  package static func load(directory: String) throws(SluiceError) -> any Tokenizer {
    let path = try file(in: directory)
    let bytes = try FileSystem.read(path, limit: 200_000_000)
    return try load(bytes: bytes, path: path)
  }

  /// The digest that `load(directory:)` would give its tokenizer, without building it (about a
  /// millisecond).
  package static func digest(directory: String) throws(SluiceError) -> Digest {
    Digest(of: try FileSystem.read(try file(in: directory), limit: 200_000_000))
  }

  private static func file(in directory: String) throws(SluiceError) -> String {
    let path = Path.join(directory, fileName)
    guard FileSystem.exists(path) else {
      throw SluiceError(
        .missing, "the tokenizer \(path) is not there",
        advice: "Run `scripts/setup`, which installs the local model into models/.")
    }
    return path
  }

  static func load(bytes: [UInt8], path: String) throws(SluiceError) -> any Tokenizer {
    let file: JSONValue
    do { file = try JSONValue(parsing: bytes) } catch {
      throw SluiceError(.badInput, "the tokenizer \(path) is \(error)")
    }
    let definition = TokenizerFile(json: file, path: path)
    let model = file["model"]
    guard let type = model?["type"]?.string ?? (model?["merges"]?.array != nil ? "BPE" : nil) else {
      throw definition.unreadable("it has no model.type")
    }
    guard type == "WordPiece" else {
      throw SluiceError(
        .badInput,
        "the tokenizer \(path) is of the type \(type), which Sluice cannot run; it knows WordPiece",
        advice:
          "Use a model of the BERT family (MiniLM, BGE, E5-small, GTE), or an embeddings server (provider: openai)."
      )
    }
    return WordPieceTokenizer(
      vocabulary: try definition.vocabulary(),
      splitter: WordSplitter(rules: try definition.rules()),
      added: try definition.addedTokens(), frame: try definition.frame(), digest: Digest(of: bytes))
  }
}
