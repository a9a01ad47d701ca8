import Foundations

/// A unigram language model (Kudo 2018, as SentencePiece has it): of all ways to split a piece, the likeliest.
struct Unigram: SubwordModel {
  private let trie: ByteTrie
  private let scores: [Double]
  private let unknown: Int32
  private let unknownScore: Double
  /// The tokens `<0x00>` to `<0xFF>`, where unknown characters go byte by byte.
  private let bytes: [Int32]?

  /// - Parameters:
  ///   - tokens: in the order of their numbers, with their log probabilities.
  ///   - unknown: the number of the token for what is in none.
  init(tokens: [(bytes: [UInt8], score: Double)], unknown: Int32, bytes: [Int32]?) {
    trie = ByteTrie(tokens.enumerated().map { ($0.element.bytes, Int32($0.offset)) })
    scores = tokens.map(\.score)
    self.unknown = unknown
    self.bytes = bytes
    unknownScore = (scores.min() ?? 0) - 10
  }

  private struct Step {
    var score = -Double.infinity
    var token: Int32 = -1
    var start = -1
  }

  /// Viterbi over the ends of scalars; of two ways that are equally likely the one found first stays, as in the
  /// reference. Unknown characters side by side are one token.
  func append(_ piece: UnsafeBufferPointer<UInt8>, to tokens: inout [Int32]) {
    var steps = [Step](repeating: Step(), count: piece.count + 1)
    steps[0].score = 0
    var start = 0
    while start < piece.count {
      var length = 1
      while start + length < piece.count, piece[start + length] & 0xC0 == 0x80 { length += 1 }
      let here = steps[start].score
      var hasSingle = false
      trie.forEachPrefix(piece, from: start) { end, token in
        let score = here + scores[Int(token)]
        if steps[end].start < 0 || score > steps[end].score {
          steps[end] = Step(score: score, token: token, start: start)
        }
        if end == start + length { hasSingle = true }
      }
      if !hasSingle {
        let end = start + length
        let score = here + unknownScore
        if steps[end].start < 0 || score > steps[end].score {
          steps[end] = Step(score: score, token: unknown, start: start)
        }
      }
      start += length
    }
    let first = tokens.count
    var end = piece.count
    var unknownEnd: Int?
    func closeUnknown(_ from: Int) {
      guard let until = unknownEnd else { return }
      unknownEnd = nil
      if let bytes {
        for byte in piece[from..<until].reversed() { tokens.append(bytes[Int(byte)]) }
      } else {
        tokens.append(unknown)
      }
    }
    while end > 0 {
      let step = steps[end]
      if step.token == unknown {
        if unknownEnd == nil { unknownEnd = end }
      } else {
        closeUnknown(end)
        tokens.append(step.token)
      }
      end = step.start
    }
    closeUnknown(0)
    tokens[first...].reverse()
  }
}
