import Foundations

/// Byte-pair encoding over bytes (Sennrich et al. 2016, as GPT-2 has it): the pair that was learnt first is joined first.
struct BytePairs: SubwordModel {
  /// The token of each single byte.
  private let bytes: [Int32]
  /// A pair of tokens to the rank and the number of what they make together.
  private let pairs: PairTable
  private let whole: ByteTable
  /// Whether a piece that is a token stays one, whatever its pairs say.
  private let keepsWhole: Bool

  /// - Parameters:
  ///   - tokens: the bytes and the number of every token.
  ///   - merges: pairs in the order in which they were learnt; `nil` where a token's number is its rank, and any two
  ///     tokens that make a third may be joined (tiktoken).
  init(tokens: [(bytes: [UInt8], value: Int32)], merges: [(Int32, Int32, Int32)]?, keepsWhole: Bool) throws(SluiceError)
  {
    let table = ByteTable(tokens)
    var single = [Int32](repeating: -1, count: 256)
    for token in tokens where token.bytes.count == 1 { single[Int(token.bytes[0])] = token.value }
    if let missing = single.firstIndex(of: -1) {
      throw SluiceError(.badInput, "the vocabulary has no token for the byte \(missing)")
    }
    bytes = single
    whole = table
    self.keepsWhole = keepsWhole
    if let merges {
      pairs = PairTable(
        merges.enumerated().map { ($0.element.0, $0.element.1, Int32($0.offset), $0.element.2) })
    } else {
      var found: [(Int32, Int32, Int32, Int32)] = []
      for token in tokens where token.bytes.count > 1 {
        token.bytes.withUnsafeBufferPointer { all in
          for cut in 1..<all.count {
            if let left = table.value(UnsafeBufferPointer(rebasing: all[..<cut])),
              let right = table.value(UnsafeBufferPointer(rebasing: all[cut...]))
            {
              found.append((left, right, token.value, token.value))
            }
          }
        }
      }
      pairs = PairTable(found)
    }
  }

  func append(_ piece: UnsafeBufferPointer<UInt8>, to tokens: inout [Int32]) {
    if piece.count == 1 { return tokens.append(bytes[Int(piece[0])]) }
    if keepsWhole, piece.count <= whole.longest, let token = whole.value(piece) { return tokens.append(token) }
    if piece.count <= 96 { joinShort(piece, &tokens) } else { joinLong(piece, &tokens) }
  }

  /// Looks through all pairs for the best one, again and again: the quickest way for words.
  private func joinShort(_ piece: UnsafeBufferPointer<UInt8>, _ tokens: inout [Int32]) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: piece.count * 3) { memory in
      let ids = memory.baseAddress!
      let ranks = ids + piece.count
      let joined = ranks + piece.count
      var count = piece.count
      for index in 0..<count { ids[index] = bytes[Int(piece[index])] }
      for index in 0..<(count - 1) { (ranks[index], joined[index]) = pairs[ids[index], ids[index + 1]] }
      ranks[count - 1] = .max
      while count > 1 {
        var best = 0
        var rank = ranks[0]
        for index in 1..<(count - 1) where ranks[index] < rank {
          rank = ranks[index]
          best = index
        }
        if rank == .max { break }
        ids[best] = joined[best]
        count -= 1
        var index = best + 1
        while index < count {
          ids[index] = ids[index + 1]
          ranks[index] = ranks[index + 1]
          joined[index] = joined[index + 1]
          index += 1
        }
        if best < count - 1 {
          (ranks[best], joined[best]) = pairs[ids[best], ids[best + 1]]
        } else {
          ranks[best] = .max
        }
        if best > 0 { (ranks[best - 1], joined[best - 1]) = pairs[ids[best - 1], ids[best]] }
      }
      tokens.append(contentsOf: UnsafeBufferPointer(start: ids, count: count))
    }
  }

  private struct Candidate: Comparable {
    let rank, place: Int32
    let left, right, joined: Int32
    static func < (a: Candidate, b: Candidate) -> Bool { (a.rank, a.place) < (b.rank, b.place) }
    static func == (a: Candidate, b: Candidate) -> Bool { a.rank == b.rank && a.place == b.place }
  }

  /// With a heap of pairs over a linked list: n log n for what is no word, such as a line of a million dashes.
  private func joinLong(_ piece: UnsafeBufferPointer<UInt8>, _ tokens: inout [Int32]) {
    let count = piece.count
    var ids = piece.map { bytes[Int($0)] }
    var after = (0..<count).map { Int32($0 + 1) }
    var before = (0..<count).map { Int32($0 - 1) }
    var heap = BinaryHeap<Candidate>()
    func consider(_ left: Int32) {
      let right = after[Int(left)]
      guard left >= 0, Int(right) < count else { return }
      let (rank, joined) = pairs[ids[Int(left)], ids[Int(right)]]
      guard rank != .max else { return }
      heap.insert(Candidate(rank: rank, place: left, left: ids[Int(left)], right: ids[Int(right)], joined: joined))
    }
    for index in 0..<(count - 1) { consider(Int32(index)) }
    while let best = heap.popMin() {
      let place = Int(best.place)
      let next = Int(after[place])
      // What has changed since is no pair any more.
      guard ids[place] == best.left, next < count, ids[next] == best.right else { continue }
      ids[place] = best.joined
      ids[next] = -1
      after[place] = after[next]
      if Int(after[place]) < count { before[Int(after[place])] = best.place }
      if before[place] >= 0 { consider(before[place]) }
      consider(best.place)
    }
    var place = 0
    while place < count {
      tokens.append(ids[place])
      place = Int(after[place])
    }
  }
}
