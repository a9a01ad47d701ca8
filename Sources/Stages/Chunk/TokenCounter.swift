import Foundations
import Models
import StageKit
import Store
import Tokenization

/// Counts tokens for the splitter.
protocol TokenCounter: Sendable {
  func count(_ text: String) -> Int
}

/// Counts as a model's tokenizer does.
struct ModelTokenCounter: TokenCounter {
  let tokenizer: any Tokenizer
  func count(_ text: String) -> Int { tokenizer.count(text) }
}

/// The tokenizer that a stage counts with, by its parameter `tokenizer`.
struct CountingTokenizer: Sendable {
  let digest: Digest
  private let directory: String

  init(_ configuration: StageConfiguration) throws {
    directory = ModelFiles.locate(
      try configuration.parameters.string("tokenizer"), project: configuration.directory)
    let file = Path.join(directory, Tokenizers.fileName)
    // The digest of a file that is there is remembered; a missing one is for the tokenizer to explain.
    digest =
      FileSystem.exists(file)
      ? try configuration.files.digest(ofFile: Path.absolute(file))
      : try Tokenizers.digest(directory: directory)
  }

  func load() throws -> ModelTokenCounter {
    ModelTokenCounter(tokenizer: try Tokenizers.load(directory: directory))
  }
}
