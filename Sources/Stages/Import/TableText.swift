import Documents
import Foundations

/// The text of a table in UTF-8, without a byte order mark.
enum TableText {
  /// - Parameter encoding: as the stage names it; `nil`: it is UTF-8, or says by its mark what it is.
  /// - Throws: `SluiceError` with the place of the first byte that is none of a text.
  static func read(_ bytes: [UInt8], name: String, encoding: String?) throws(SluiceError) -> [UInt8] {
    if encoding != nil || bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return TextDecoding.decode(bytes, declared: [encoding]).text
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let bad = firstBadByte(body) else { return body }
    let line = body[..<bad].count { $0 == UInt8(ascii: "\n") } + 1
    let guess = TextDecoding.decode(body, declared: []).encoding
    throw SluiceError(
      .badInput,
      "\(name):\(line): the file is not UTF-8 text (byte 0x\(String(body[bad], radix: 16, uppercase: true)))",
      advice: "It looks like \(guess): say so with 'encoding: \(guess)', or save it as UTF-8.")
  }

  private static func firstBadByte(_ bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var position = 0
    // Most files are right: the check of the whole is fast.
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    while true {
      switch decoder.decode(&iterator) {
      case .emptyInput: return nil
      case .error: return min(position, bytes.count - 1)
      case .scalarValue(let scalar): position += UTF8.width(scalar)
      }
    }
  }
}
