import CTokenizerTables

/// What BERT's normalizer and pre-tokenizer do with a Unicode scalar.
struct CharacterTables: Sendable {
  /// What is true of a scalar, as bits.
  struct Traits: OptionSet, Sendable {
    let rawValue: UInt8
    static let dropped = Traits(rawValue: 1)
    static let space = Traits(rawValue: 2)
    static let ideograph = Traits(rawValue: 4)
    static let punctuation = Traits(rawValue: 8)
    /// Changed by `bare`.
    static let accented = Traits(rawValue: 16)
    /// Changed by `lower`.
    static let upper = Traits(rawValue: 32)
  }

  static let shared = CharacterTables()

  /// Of every scalar below U+10000.
  private let plane: [UInt8]

  private init() {
    var plane = [UInt8](repeating: 0, count: 0x10000)
    for (table, count, trait) in Self.ranges {
      for range in UnsafeBufferPointer(start: table, count: count) where range.first < 0x10000 {
        for scalar in range.first...min(range.last, 0xFFFF) { plane[Int(scalar)] |= trait.rawValue }
      }
    }
    for (table, count, trait) in Self.mappings {
      for mapping in UnsafeBufferPointer(start: table, count: count) where mapping.scalar < 0x10000 {
        plane[Int(mapping.scalar)] |= trait.rawValue
      }
    }
    for scalar in Self.hangul { plane[Int(scalar)] |= Traits.accented.rawValue }
    self.plane = plane
  }

  private static let hangul: ClosedRange<UInt32> = 0xAC00...0xD7A3

  private static var ranges: [(UnsafePointer<tokenizer_range>, Int, Traits)] {
    [
      (tokenizer_dropped_pointer(), tokenizer_dropped_count, .dropped),
      (tokenizer_spaces_pointer(), tokenizer_spaces_count, .space),
      (tokenizer_ideographs_pointer(), tokenizer_ideographs_count, .ideograph),
      (tokenizer_punctuation_pointer(), tokenizer_punctuation_count, .punctuation),
    ]
  }

  private static var mappings: [(UnsafePointer<tokenizer_mapping>, Int, Traits)] {
    [
      (tokenizer_bare_pointer(), tokenizer_bare_count, .accented),
      (tokenizer_lower_pointer(), tokenizer_lower_count, .upper),
    ]
  }

  @inline(__always) func traits(_ scalar: UInt32) -> Traits {
    scalar < 0x10000 ? Traits(rawValue: plane[Int(scalar)]) : Self.search(scalar)
  }

  private static func search(_ scalar: UInt32) -> Traits {
    var traits: Traits = []
    for (table, count, trait) in ranges {
      var low = 0
      var high = count
      while low < high {
        let middle = (low + high) / 2
        if table[middle].last < scalar { low = middle + 1 } else { high = middle }
      }
      if low < count && table[low].first <= scalar { traits.insert(trait) }
    }
    for (table, count, trait) in mappings where find(scalar, table, count) != nil {
      traits.insert(trait)
    }
    return traits
  }

  private static func find(
    _ scalar: UInt32, _ table: UnsafePointer<tokenizer_mapping>, _ count: Int
  ) -> UnsafePointer<tokenizer_mapping>? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if table[middle].scalar < scalar { low = middle + 1 } else { high = middle }
    }
    return low < count && table[low].scalar == scalar ? table + low : nil
  }

  /// Calls `body` with the canonical decomposition of a scalar, non-spacing marks left out.
  func bare(_ scalar: UInt32, _ body: (UInt32) -> Void) {
    if Self.hangul.contains(scalar) {
      let index = scalar - Self.hangul.lowerBound
      body(0x1100 + index / 588)
      body(0x1161 + index % 588 / 28)
      if index % 28 != 0 { body(0x11A7 + index % 28) }
    } else {
      Self.map(scalar, tokenizer_bare_pointer(), tokenizer_bare_count, body)
    }
  }

  /// Calls `body` with the scalars of the lower case.
  func lower(_ scalar: UInt32, _ body: (UInt32) -> Void) {
    Self.map(scalar, tokenizer_lower_pointer(), tokenizer_lower_count, body)
  }

  private static func map(
    _ scalar: UInt32, _ table: UnsafePointer<tokenizer_mapping>, _ count: Int,
    _ body: (UInt32) -> Void
  ) {
    guard let found = find(scalar, table, count) else { return body(scalar) }
    let target = found.pointee.target
    let all = [target.0, target.1, target.2, target.3]
    for index in 0..<Int(found.pointee.count) { body(all[index]) }
  }
}
