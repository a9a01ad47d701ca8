import Foundations
import Synchronization

/// A tokenizer of steps: added tokens are found, what is between them is normalized, split into pieces, and these into
/// tokens.
final class SubwordTokenizer: Tokenizer {
  let digest: Digest
  let frame: TokenFrame
  private let normalizers: [TextNormalizer]
  private let preTokenizers: [PreTokenizer]
  private let model: any SubwordModel
  /// Found in the text as it is, and in what is normalized.
  private let rawAdded: AddedTokens
  private let normalizedAdded: AddedTokens
  private let cache = Mutex(WordCache())

  init(
    normalizers: [TextNormalizer], preTokenizers: [PreTokenizer], model: any SubwordModel, added: [AddedToken],
    frame: TokenFrame, digest: Digest
  ) {
    self.normalizers = normalizers
    self.preTokenizers = preTokenizers
    self.model = model
    rawAdded = AddedTokens(added.filter { !$0.isNormalized || normalizers.isEmpty })
    normalizedAdded = AddedTokens(
      normalizers.isEmpty
        ? []
        : added.filter(\.isNormalized).map { token in
          var token = token
          token.bytes = normalizers.reduce(token.bytes) { $1.apply($0) }
          return token
        })
    self.frame = frame
    self.digest = digest
  }

  func encode(_ text: String) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(text.utf8.count / 3 + 1)
    var text = text
    text.withUTF8 { bytes in
      cache.withLock { cache in
        rawAdded.forEachPart(bytes) { part, added in
          if let added { return tokens.append(added) }
          let isFirst = part.baseAddress == bytes.baseAddress
          guard !normalizers.isEmpty else { return split(part, isFirst, 0, &cache, &tokens) }
          let normalized = normalizers.reduce(Array(part)) { $1.apply($0) }
          normalized.withUnsafeBufferPointer { whole in
            normalizedAdded.forEachPart(whole) { part, added in
              if let added { return tokens.append(added) }
              split(part, isFirst && part.baseAddress == whole.baseAddress, 0, &cache, &tokens)
            }
          }
        }
      }
    }
    return tokens
  }

  private func split(
    _ text: UnsafeBufferPointer<UInt8>, _ isFirst: Bool, _ step: Int, _ cache: inout WordCache, _ tokens: inout [Int32]
  ) {
    guard step < preTokenizers.count else {
      guard !text.isEmpty else { return }
      return cache.append(text, to: &tokens) { model.append(text, to: &$0) }
    }
    preTokenizers[step].apply(text, isFirst: isFirst) { piece, isFirst in
      split(piece, isFirst, step + 1, &cache, &tokens)
    }
  }
}
