import CFriBidi
import CUTF8Proc
import Glibc

/// What a character of a PDF says: ligatures and the shapes that Arabic letters have beside others are their letters.
enum PDFLetters {
  static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    switch scalar {
    case 0xFB00...0xFB06:
      text.append(contentsOf: ["ff", "fi", "fl", "ffi", "ffl", "st", "st"][Int(scalar - 0xFB00)].utf8)
    // Old-style digits and small capitals of Adobe's fonts stand where Unicode has nothing.
    case 0xF730...0xF739: text.append(UInt8(scalar - 0xF730 + 0x30))
    case 0xF761...0xF77A: text.append(UInt8(scalar - 0xF761 + 0x61))
    case 0xFB1D...0xFDFD, 0xFE70...0xFEFE: text.append(contentsOf: letters(scalar))
    default: encode(scalar, into: &text)
    }
  }

  /// The letters of a presentation form.
  private static func letters(_ scalar: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    encode(scalar, into: &bytes)
    var count = 0
    guard let made = utf8_normalize(bytes, bytes.count, UTF8_NFKC, &count) else { return bytes }
    defer { free(made) }
    // Signs that stand over nothing are written over a space.
    return Array(UnsafeBufferPointer(start: made, count: count).drop { $0 == 0x20 })
  }

  private static func encode(_ scalar: UInt32, into text: inout [UInt8]) {
    guard scalar >= 0x80 else { return text.append(UInt8(scalar)) }
    // poppler writes no surrogates: what is none of Unicode's is shown as such.
    let known = Unicode.Scalar(scalar) ?? "\u{FFFD}"
    if let encoded = Unicode.UTF8.encode(known) { text.append(contentsOf: encoded) }
  }
}
