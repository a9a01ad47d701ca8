import Foundations

/// What JSON allows and a strict reader does not take.
enum JSONRepair {
  /// Numbers beyond 64 bits as strings, halves of characters as U+FFFD.
  static func repaired(_ line: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(line.count + 16)
    var index = 0
    var isString = false
    while index < line.count {
      let byte = line[index]
      if isString {
        if byte == UInt8(ascii: "\\"), index + 1 < line.count {
          let end = escape(line, index)
          out += end.text
          index = end.index
          continue
        }
        if byte == UInt8(ascii: "\"") { isString = false }
      } else if byte == UInt8(ascii: "\"") {
        isString = true
      } else if byte == UInt8(ascii: "-") || byte >= 48 && byte <= 57 {
        let number = line[index...].prefix { $0 >= 48 && $0 <= 57 || "+-.eE".utf8.contains($0) }
        let text = String(decoding: number, as: UTF8.self)
        let isWhole = number.allSatisfy { $0 >= 48 && $0 <= 57 || $0 == UInt8(ascii: "-") }
        let fits = isWhole ? Int64(text) != nil : Double(text)?.isFinite == true
        out += fits ? Array(number) : Array("\"\(text)\"".utf8)
        index = number.endIndex
        continue
      }
      out.append(byte)
      index += 1
    }
    return out
  }

  /// An escape, and where it ends: half of a pair without the other is no character.
  private static func escape(_ line: [UInt8], _ start: Int) -> (text: [UInt8], index: Int) {
    func unit(_ place: Int) -> UInt32? {
      guard place + 6 <= line.count, line[place] == UInt8(ascii: "\\"), line[place + 1] == UInt8(ascii: "u") else {
        return nil
      }
      return UInt32(String(decoding: line[(place + 2)..<(place + 6)], as: UTF8.self), radix: 16)
    }
    guard let first = unit(start), (0xD800...0xDFFF).contains(first) else {
      return (Array(line[start..<min(start + 2, line.count)]), min(start + 2, line.count))
    }
    if first < 0xDC00, let second = unit(start + 6), (0xDC00...0xDFFF).contains(second) {
      return (Array(line[start..<(start + 12)]), start + 12)
    }
    return (Array("\\uFFFD".utf8), start + 6)
  }
}
