import CPCRE2
import CUTF8Proc
import Foundations

/// Makes tokenizers from models' files.
package enum Tokenizers {
  /// The file that defines a tokenizer, in the format of the PyPI package `tokenizers`.
  package static let fileName = "tokenizer.json"

  /// The libraries that shape what tokenizers give, with their versions: part of the key of what counts with them.
  package static let libraryVersions: String = {
    var pcre = [CChar](repeating: 0, count: 160)
    pcre_version(&pcre, pcre.count)
    let splitter = String(decoding: pcre.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(splitter); utf8proc \(String(cString: utf8_version()))"
  }()

  /// Loads the tokenizer of the model in `directory`, or of a ranks file (`cl100k_base.tiktoken`) there.
  /// - Throws: `.missing` when there is neither, `.badInput` when it cannot be read or is of a type that Sluice does not
  ///   know.
  package static func load(directory: String) throws(SluiceError) -> any Tokenizer {
    let path = try file(in: directory)
    let bytes = try FileSystem.read(path, limit: 200_000_000)
    if Path.fileExtension(path) == RanksFile.fileExtension { return try RanksFile.tokenizer(bytes, path: path) }
    return try load(bytes: bytes, path: path)
  }

  /// The digest that `load(directory:)` would give its tokenizer, without building it (about a millisecond).
  package static func digest(directory: String) throws(SluiceError) -> Digest {
    Digest(of: try FileSystem.read(try file(in: directory), limit: 200_000_000))
  }

  /// The file that defines the tokenizer of what is at `directory`: a model's folder, or a ranks file itself.
  /// - Throws: `.missing`.
  package static func file(in directory: String) throws(SluiceError) -> String {
    let names = [fileName, "\(Path.name(directory)).\(RanksFile.fileExtension)"]
    if Path.fileExtension(directory) == RanksFile.fileExtension, FileSystem.exists(directory) { return directory }
    for name in names where FileSystem.exists(Path.join(directory, name)) { return Path.join(directory, name) }
    let name = Path.name(directory)
    if RanksFile.encodings.contains(where: { $0.name == name }) {
      throw SluiceError(
        .missing, "the tokenizer \(name) is not installed", advice: "Get it: sluice models pull \(name)")
    }
    let known = RanksFile.encodings.map(\.name) + ((try? FileSystem.list(Path.parent(directory))) ?? [])
    let guess = Suggestion.nearest(to: name, among: known).map { "Did you mean \($0)? " } ?? ""
    throw SluiceError(
      .missing, "the tokenizer \(Path.join(directory, fileName)) is not there",
      advice: guess
        + "`sluice models` lists what is there. `scripts/setup` of Sluice's sources installs the local model into models/ (`make install` puts it beside the program), or SLUICE_MODELS names the folder that holds it."
    )
  }

  static func load(bytes: [UInt8], path: String) throws(SluiceError) -> any Tokenizer {
    let definition = try TokenizerFile(bytes, path: path)
    let model = definition.json.model
    guard let type = model?.type ?? (model?.merges?.array != nil ? "BPE" : nil) else {
      throw definition.unreadable("it has no model.type")
    }
    switch type {
    case "BPE", "Unigram": return try definition.subwordTokenizer(type, digest: Digest(of: bytes))
    case "WordPiece":
      return WordPieceTokenizer(
        vocabulary: try definition.vocabulary(), splitter: WordSplitter(rules: try definition.rules()),
        added: AddedTokens(try definition.addedTokens()), frame: try definition.frame(), digest: Digest(of: bytes))
    default:
      throw SluiceError(
        .badInput,
        "the tokenizer \(path) is of the type \(type), which Sluice cannot run; it knows WordPiece, BPE and Unigram",
        advice: "Use another model, or an embeddings server (provider: openai).")
    }
  }
}
