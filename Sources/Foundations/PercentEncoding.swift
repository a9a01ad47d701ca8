/// `%20` and its kin in URLs (RFC 3986, 2.1).
package enum PercentEncoding {
  /// The bytes that are meant; a `%` without two digits behind it is one.
  package static func decoded(_ text: some Collection<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = value(rest.prefix(2)) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// A byte as `%` and two digits.
  package static func escape(_ byte: UInt8) -> [UInt8] {
    [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  /// The byte that two digits name.
  package static func value(_ digits: some Collection<UInt8>) -> UInt8? {
    guard digits.count == 2 else { return nil }
    return digits.reduce(0) { value, digit -> UInt8? in
      guard let value, let next = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      return value << 4 | UInt8(next)
    }
  }
}
