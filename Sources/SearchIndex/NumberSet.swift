/// A set of chunk numbers, one bit each.
package struct NumberSet: Sendable, Hashable {
  private(set) var words: [UInt64] = []

  package init() {}
  init(_ numbers: some Sequence<Int>) { for number in numbers { insert(number) } }

  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func contains(_ number: Int) -> Bool {
    number / 64 < words.count && words[number / 64] >> UInt64(number % 64) & 1 == 1
  }

  mutating func insert(_ number: Int) {
    if number / 64 >= words.count {
      words.append(contentsOf: repeatElement(0, count: number / 64 + 1 - words.count))
    }
    words[number / 64] |= 1 << UInt64(number % 64)
  }

  mutating func remove(_ number: Int) {
    if number / 64 < words.count { words[number / 64] &= ~(1 << UInt64(number % 64)) }
  }

  mutating func formUnion(_ other: NumberSet) {
    if other.words.count > words.count {
      words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
    }
    for (index, word) in other.words.enumerated() { words[index] |= word }
  }

  func intersection(_ other: NumberSet) -> NumberSet {
    var both = NumberSet()
    both.words = zip(words, other.words).map { $0 & $1 }
    return both
  }

  func subtracting(_ other: NumberSet) -> NumberSet {
    var rest = self
    for (index, word) in other.words.prefix(words.count).enumerated() { rest.words[index] &= ~word }
    return rest
  }

  /// In ascending order.
  func forEach(_ body: (Int) -> Void) {
    for (index, word) in words.enumerated() {
      var bits = word
      while bits != 0 {
        body(index * 64 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }

  /// The members, ascending.
  var numbers: [Int] {
    var all: [Int] = []
    forEach { all.append($0) }
    return all
  }

  // MARK: Bytes in the file: one that says how, then the differences (LEB128), or the bits, whichever is shorter.

  private static let differences: UInt8 = 1
  private static let bits: UInt8 = 2

  var encoded: [UInt8] {
    var last = words.count
    while last > 0, words[last - 1] == 0 { last -= 1 }
    var list: [UInt8] = [Self.differences]
    var previous = 0
    forEach { number in
      guard list.count <= last * 8 else { return }
      var rest = number - previous
      while rest >= 0x80 {
        list.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
      }
      list.append(UInt8(rest))
      previous = number
    }
    if list.count <= last * 8 { return list }
    var plain: [UInt8] = [Self.bits]
    plain.reserveCapacity(last * 8 + 1)
    for word in words.prefix(last) { withUnsafeBytes(of: word.littleEndian) { plain.append(contentsOf: $0) } }
    return plain
  }

  /// - Returns: `nil` for bytes that are no set.
  init?(encoded bytes: UnsafeRawBufferPointer) {
    guard let kind = bytes.first else { return nil }
    if kind == Self.bits {
      guard bytes.count % 8 == 1 else { return nil }
      words = stride(from: 1, to: bytes.count, by: 8).map {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
      }
      return
    }
    guard kind == Self.differences else { return nil }
    var number = 0
    var value = 0
    var shift = 0
    for byte in bytes.dropFirst() {
      guard shift < 35 else { return nil }
      value |= Int(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 {
        number += value
        insert(number)
        value = 0
        shift = 0
      }
    }
    if shift != 0 { return nil }
  }
}
