import Foundations
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
