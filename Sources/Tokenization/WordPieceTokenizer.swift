import Foundations

/// WordPiece (Schuster and Nakajima 2012, as BERT has it): words by white space, punctuation and
/// ideographs, each split greedily into the longest tokens of the vocabulary.
final class WordPieceTokenizer: Tokenizer {
  let digest: Digest
  let frame: TokenFrame
  private let vocabulary: Vocabulary
  private let splitter: WordSplitter
  private let added: [AddedToken]
  /// Whether an added token begins with this byte.
  private let beginsAdded: [Bool]

  init(
    vocabulary: Vocabulary, splitter: WordSplitter, added: [AddedToken], frame: TokenFrame,
    digest: Digest
  ) {
    self.vocabulary = vocabulary
    self.splitter = splitter
    self.added = added
    self.frame = frame
    self.digest = digest
    var begins = [Bool](repeating: false, count: 256)
    for token in added { begins[Int(token.bytes[0])] = true }
    beginsAdded = begins
  }

  func encode(_ text: String) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(text.utf8.count / 4 + 1)
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      var index = 0
      // Added tokens stand in the raw text; what is between them is normalized.
      while index < bytes.count {
        if beginsAdded[Int(bytes[index])],
          let token = added.first(where: { $0.matches(bytes, at: index) })
        {
          encode(UnsafeBufferPointer(rebasing: bytes[start..<index]), into: &tokens)
          tokens.append(token.id)
          index += token.bytes.count
          start = index
        } else {
          index += 1
        }
      }
      encode(UnsafeBufferPointer(rebasing: bytes[start...]), into: &tokens)
    }
    return tokens
  }

  private func encode(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [Int32]) {
    splitter.forEachWord(in: text) { word, scalars in
      vocabulary.append(word, scalars: scalars, to: &tokens)
    }
  }
}
