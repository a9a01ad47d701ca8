import Foundations

/// Goes through a content stream from operator to operator (ISO 32000-1, 7.2 and 7.8.2), keeping the numbers
/// before each and passing over strings, dictionaries and inline images.
struct PDFContentScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0
  private var numbers: (Double, Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0, 0)
  /// How many of the last numbers are kept, at most 6.
  private(set) var numberCount = 0
  /// Of the last name before the operator, without its `/`.
  private var nameRange: Range<Int>?

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// An operator of at most three bytes as a number.
  static func name(_ text: StaticString) -> UInt32 {
    var value: UInt32 = 0
    for index in 0..<text.utf8CodeUnitCount { value = value << 8 | UInt32(text.utf8Start[index]) }
    return value
  }

  /// The number at `index` of `count` kept ones.
  func number(_ index: Int, of count: Int) -> Double {
    switch index + 6 - count {
    case 0: numbers.0
    case 1: numbers.1
    case 2: numbers.2
    case 3: numbers.3
    case 4: numbers.4
    default: numbers.5
    }
  }

  var lastName: String? { nameRange.map { String(decoding: bytes[$0], as: UTF8.self) } }

  private mutating func keep(_ value: Double) {
    numbers = (numbers.1, numbers.2, numbers.3, numbers.4, numbers.5, value)
    if numberCount < 6 { numberCount += 1 }
  }

  /// The next operator; `nil` at the end.
  mutating func nextOperator() -> UInt32? {
    numberCount = 0
    nameRange = nil
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case 0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x20: offset += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): scanNumber()
      case UInt8(ascii: "("): skipString()
      case UInt8(ascii: "<"):
        offset += 1
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "<") { offset += 1 } else { skip(to: UInt8(ascii: ">")) }
      case UInt8(ascii: "/"):
        offset += 1
        let first = offset
        while offset < bytes.count, Self.isRegular(bytes[offset]) { offset += 1 }
        nameRange = first..<offset
      case UInt8(ascii: "%"):
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
      case UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
        UInt8(ascii: ")"):
        offset += 1
      default:
        let first = offset
        while offset < bytes.count, Self.isRegular(bytes[offset]) { offset += 1 }
        var value: UInt32 = 0
        for at in first..<min(offset, first + 4) { value = value << 8 | UInt32(bytes[at]) }
        if value == Self.name("ID") && offset - first == 2 {
          skipImage()
          numberCount = 0
          continue
        }
        return offset - first <= 3 ? value : 0
      }
    }
    return nil
  }

  private static func isRegular(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x20, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "/"), UInt8(ascii: "%"):
      false
    default: true
    }
  }

  private mutating func scanNumber() {
    var isNegative = false
    var value = 0.0
    var scale = 0.0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte >= 0x30 && byte <= 0x39 {
        if scale == 0 {
          value = value * 10 + Double(byte - 0x30)
        } else {
          value += Double(byte - 0x30) * scale
          scale /= 10
        }
      } else if byte == UInt8(ascii: ".") && scale == 0 {
        scale = 0.1
      } else if byte == UInt8(ascii: "-") {
        isNegative = true
      } else if byte != UInt8(ascii: "+") {
        break
      }
      offset += 1
    }
    keep(isNegative ? -value : value)
  }

  private mutating func skipString() {
    var depth = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\\"): offset += 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
      offset += 1
      if depth == 0 { return }
    }
  }

  private mutating func skip(to end: UInt8) {
    while offset < bytes.count, bytes[offset] != end { offset += 1 }
    offset += 1
  }

  /// Over the data of an inline image, which ends with `EI` between white space.
  private mutating func skipImage() {
    offset += 1
    while offset + 2 < bytes.count {
      if bytes[offset] == UInt8(ascii: "E"), bytes[offset + 1] == UInt8(ascii: "I"), bytes[offset - 1] <= 0x20,
        bytes[offset + 2] <= 0x20
      {
        offset += 2
        return
      }
      offset += 1
    }
    offset = bytes.count
  }
}
