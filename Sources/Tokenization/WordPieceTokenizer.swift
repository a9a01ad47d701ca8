import Foundations

/// WordPiece (Schuster and Nakajima 2012, as BERT has it): words by white space, punctuation and
/// ideographs, each split greedily into the longest tokens of the vocabulary.
final class WordPieceTokenizer: Tokenizer {
  let digest: Digest
  let frame: TokenFrame
  private let vocabulary: Vocabulary
  private let splitter: WordSplitter
  /// They stand in the raw text; what is between them is normalized.
  private let added: AddedTokens

  init(vocabulary: Vocabulary, splitter: WordSplitter, added: AddedTokens, frame: TokenFrame, digest: Digest) {
    (self.vocabulary, self.splitter, self.added) = (vocabulary, splitter, added)
    (self.frame, self.digest) = (frame, digest)
  }

  func encode(_ text: String) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(text.utf8.count / 4 + 1)
    var text = text
    text.withUTF8 { bytes in
      added.forEachPart(bytes) { part, added in
        if let added { tokens.append(added) } else { encode(part, into: &tokens) }
      }
    }
    return tokens
  }

  private func encode(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [Int32]) {
    splitter.forEachWord(in: text) { word, scalars in
      vocabulary.append(word, scalars: scalars, to: &tokens)
    }
  }
}
