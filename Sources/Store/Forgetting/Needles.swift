import Foundations

/// The bytes by which something forgotten would be known again: names of items, and pieces of their texts.
///
/// A text is looked for in pieces of 24 bytes, one from every eighth on: whoever quotes 31 bytes of it is found, and so
/// is a text that pages of a database hold in two places.
package struct Needles: Sendable {
  /// The bytes of a piece.
  package static let pieceLength = 24
  private static let stride = 8
  /// Shorter names stand in too many other things: they are held against names only.
  package static let shortestName = 6
  /// So much of a text is cut into pieces closely; of what is behind it every hundredth.
  private static let closeBytes = 1 << 17

  /// Names of items, and their last components.
  package private(set) var names: Set<[UInt8]> = []
  /// Pieces of the texts of items that were made one by one, and of what they refer to.
  package private(set) var pieces: Set<[UInt8]> = []
  /// Pieces of what was said of them by stages that read whole datasets.
  package private(set) var derived: Set<[UInt8]> = []

  package init() {}

  init(names: Set<[UInt8]>, pieces: Set<[UInt8]>, derived: Set<[UInt8]>) {
    self.names = names
    self.pieces = pieces
    self.derived = derived
  }

  package mutating func add(name: String) {
    let bytes = Array(name.utf8)
    if bytes.count >= Self.shortestName { names.insert(bytes) }
    // As JSON has it: where the name is a part of others.
    names.insert(JSONValue.string(name).canonicalBytes)
    // As files are named by it.
    let encoded = Array(name.replacing("/", with: "%2F").utf8)
    if encoded.count >= Self.shortestName { names.insert(encoded) }
    let last = Array(Path.name(name).utf8)
    if last.count >= 8, last.count < bytes.count { names.insert(last) }
  }

  /// Takes all texts of a record.
  package mutating func add(record: JSONValue, isDerived: Bool) {
    switch record {
    case .string(let text):
      if text.utf8.count >= Self.pieceLength, !text.hasPrefix("sha256:") { add(Array(text.utf8), isDerived: isDerived) }
    case .array(let list): for value in list { add(record: value, isDerived: isDerived) }
    case .object(let object): for member in object.members { add(record: member.value, isDerived: isDerived) }
    default: break
    }
  }

  /// Takes a text, or any bytes.
  package mutating func add(_ bytes: [UInt8], isDerived: Bool) {
    for piece in Self.pieces(of: bytes) {
      if isDerived { derived.insert(piece) } else { pieces.insert(piece) }
    }
  }

  package mutating func formUnion(_ other: Needles) {
    names.formUnion(other.names)
    pieces.formUnion(other.pieces)
    derived.formUnion(other.derived)
  }

  /// Bytes that are written in another way in JSON, HTML or SQL, and so end a piece.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "&"), UInt8(ascii: "'"):
      false
    default: true
    }
  }

  private static func pieces(of bytes: [UInt8]) -> [[UInt8]] {
    let isText = !bytes.prefix(4096).contains(0)
    var pieces: [[UInt8]] = []
    func cut(_ range: Range<Int>) {
      guard range.count >= pieceLength else { return }
      var start = range.lowerBound
      while start + pieceLength <= range.upperBound {
        let piece = Array(bytes[start..<(start + pieceLength)])
        // Rules, blanks and tables of zeros are nobody's.
        if Set(piece).count >= 8 { pieces.append(piece) }
        start += start < closeBytes ? stride : 100 * stride
      }
      let last = Array(bytes[(range.upperBound - pieceLength)..<range.upperBound])
      if Set(last).count >= 8 { pieces.append(last) }
    }
    guard isText else {
      cut(0..<bytes.count)
      return pieces
    }
    var start = 0
    for end in bytes.indices where !isPlain(bytes[end]) {
      cut(start..<end)
      start = end + 1
    }
    cut(start..<bytes.count)
    return pieces
  }
}
