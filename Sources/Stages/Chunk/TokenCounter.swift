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
    digest = try configuration.files.digest(ofFile: Path.absolute(try Tokenizers.file(in: directory)))
  }

  func load() throws -> ModelTokenCounter {
    ModelTokenCounter(tokenizer: try Tokenizers.load(directory: directory))
  }
}
