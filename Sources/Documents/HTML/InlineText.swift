import Foundations

/// Collects running text: white space of any length is one space, as a browser shows it; a soft hyphen says where a word
/// may be broken and is no letter of it.
struct InlineText {
  private(set) var bytes: [UInt8] = []
  private var pendingSpace = false

  var isEmpty: Bool { bytes.isEmpty }

  /// Whether white space stands behind what is there.
  var endsInSpace: Bool { pendingSpace || bytes.last == UInt8(ascii: "\n") || bytes.last == 0x20 }

  mutating func append(_ text: some Sequence<UInt8>) {
    var held: UInt8?
    for byte in text {
      // U+00A0 is C2 A0, the soft hyphen C2 AD.
      if let first = held {
        held = nil
        if byte == 0xA0 {
          space()
          continue
        }
        if byte == 0xAD { continue }
        put(first)
      }
      switch byte {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x20: space()
      case 0xC2: held = byte
      default: put(byte)
      }
    }
    if let held { put(held) }
  }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    var start = text.startIndex
    while start < text.endIndex {
      let byte = text[start]
      if byte <= 0x20 {
        if byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C { space() } else { put(byte) }
        start += 1
      } else if byte == 0xC2 {
        if start + 1 < text.endIndex, text[start + 1] == 0xA0 {
          space()
          start += 1
        } else if start + 1 < text.endIndex, text[start + 1] == 0xAD {
          start += 1
        } else {
          put(byte)
        }
        start += 1
      } else {
        var end = start + 1
        while end < text.endIndex, text[end] > 0x20, text[end] != 0xC2 { end += 1 }
        if pendingSpace {
          bytes.append(0x20)
          pendingSpace = false
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
        start = end
      }
    }
  }

  /// A line break that is meant (`<br>`).
  mutating func lineBreak() {
    pendingSpace = false
    if !bytes.isEmpty && bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
  }

  /// Ends a paragraph behind a line break.
  mutating func paragraphBreak() {
    pendingSpace = false
    if bytes.count > 1, bytes[bytes.count - 2] != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
  }

  mutating func space() {
    if !bytes.isEmpty && bytes.last != UInt8(ascii: "\n") { pendingSpace = true }
  }

  /// What was appended since there were `count` bytes, to be written in another way; with the space that stood before it.
  mutating func cut(from count: Int) -> String {
    let start = min(count, bytes.count)
    defer { bytes.removeSubrange(start...) }
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  /// The last of what is there.
  var ending: String {
    var start = max(0, bytes.count - 80)
    while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  /// Puts another text in the place of the last bytes.
  mutating func replaceEnding(_ ending: String, with text: String) {
    bytes.removeLast(min(bytes.count, ending.utf8.count))
    bytes += text.utf8
  }

  /// Appends a text as it is, white space included.
  mutating func put(_ text: String) { bytes += text.utf8 }

  private mutating func put(_ byte: UInt8) {
    if pendingSpace {
      bytes.append(0x20)
      pendingSpace = false
    }
    bytes.append(byte)
  }

  /// The text so far; begins anew.
  mutating func take() -> String {
    while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    defer {
      bytes.removeAll(keepingCapacity: true)
      pendingSpace = false
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
