/// BERT's normalizer and pre-tokenizer in one pass: text to normalized words.
///
/// Works on UTF-8; ASCII never leaves the fast path.
struct WordSplitter: Sendable {
  /// The switches of a BertNormalizer.
  struct Rules: Sendable, Hashable {
    /// Control characters go, all white space becomes a space.
    var cleans = true
    /// Each ideograph is a word.
    var separatesIdeographs = true
    var stripsAccents = true
    var lowercases = true
  }

  private let rules: Rules
  private let tables = CharacterTables.shared
  /// For each ASCII byte: what it becomes in a word, or one of the marks below.
  private let ascii: [UInt8]

  private enum Mark {
    static let dropped: UInt8 = 0x80
    static let space: UInt8 = 0x81
    /// Added to punctuation (from 0x21 on), which is a word of its own.
    static let punctuation: UInt8 = 0x80
  }

  init(rules: Rules) {
    self.rules = rules
    ascii = (UInt32(0)..<128).map { byte -> UInt8 in
      let traits = CharacterTables.shared.traits(byte)
      if byte >= 9 && byte <= 13 && !rules.cleans { return Mark.space }
      if rules.cleans && traits.contains(.dropped) { return Mark.dropped }
      if traits.contains(.space) { return Mark.space }
      if traits.contains(.punctuation) { return Mark.punctuation | UInt8(byte) }
      if rules.lowercases && byte >= 65 && byte <= 90 { return UInt8(byte) + 32 }
      return UInt8(byte)
    }
  }

  /// A word while it grows.
  private struct Word {
    var bytes: [UInt8] = []
    var scalars = 0

    @inline(__always) mutating func append(ascii byte: UInt8) {
      bytes.append(byte)
      scalars += 1
    }

    mutating func append(_ scalar: UInt32) {
      // Everything here came out of valid UTF-8 or a table of scalars.
      if let scalar = Unicode.Scalar(scalar) { bytes.append(contentsOf: UTF8.encode(scalar)!) }
      scalars += 1
    }
  }

  /// Calls `body` with each word (bytes, number of scalars).
  func forEachWord(
    in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
  ) {
    var word = Word()
    func flush() {
      if word.scalars == 0 { return }
      word.bytes.withUnsafeBufferPointer { body($0, word.scalars) }
      word.bytes.removeAll(keepingCapacity: true)
      word.scalars = 0
    }
    ascii.withUnsafeBufferPointer { ascii in
      var index = 0
      while index < text.count {
        let byte = text[index]
        if byte < 0x80 {
          index += 1
          let form = ascii[Int(byte)]
          if form < 0x80 {
            word.append(ascii: form)
          } else if form == Mark.space {
            flush()
          } else if form != Mark.dropped {
            flush()
            word.append(ascii: form & 0x7F)
            flush()
          }
          continue
        }
        let scalar = Self.decode(text, &index)
        let traits = tables.traits(scalar)
        if rules.cleans && traits.contains(.dropped) { continue }
        let standsAlone = rules.separatesIdeographs && traits.contains(.ideograph)
        if standsAlone { flush() }
        forEachNormalized(scalar, traits) { normalized in
          let traits = normalized == scalar ? traits : tables.traits(normalized)
          if traits.contains(.space) || normalized == 0x85 {
            flush()
          } else if traits.contains(.punctuation) {
            flush()
            word.append(normalized)
            flush()
          } else {
            word.append(normalized)
          }
        }
        if standsAlone { flush() }
      }
    }
    flush()
  }

  /// Accents off, then lower case.
  private func forEachNormalized(
    _ scalar: UInt32, _ traits: CharacterTables.Traits, _ body: (UInt32) -> Void
  ) {
    if rules.stripsAccents && traits.contains(.accented) {
      tables.bare(scalar) { bare in
        if rules.lowercases { tables.lower(bare, body) } else { body(bare) }
      }
    } else if rules.lowercases && traits.contains(.upper) {
      tables.lower(scalar, body)
    } else {
      body(scalar)
    }
  }

  /// Decodes the scalar at `index` and steps over it. The bytes of a Swift string are valid UTF-8.
  private static func decode(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32 {
    let first = UInt32(text[index])
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var scalar = first & (0xFF >> UInt32(length + 1))
    for offset in 1..<length { scalar = scalar << 6 | UInt32(text[index + offset] & 0x3F) }
    index += length
    return scalar
  }
}
