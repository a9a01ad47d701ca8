import Foundations

/// Text on a terminal and in a log: titles, names and servers' words must not steer either.
package enum TerminalText {
  /// Every control character but the line end and the tabulator, and every mark that reorders a line, written as JSON
  /// would write it (`\u001b`); so JSON stays the same value.
  package static func escaped(_ text: String) -> String { escaped(text, keepsLines: true) }

  /// The same on one line: line ends are written, too.
  package static func line(_ text: String) -> String { escaped(text, keepsLines: false) }

  /// A message of several lines, of which only the first can be taken for one of ours.
  package static func message(_ text: String) -> String {
    var lines: [String] = []
    for line in escaped(text).utf8.split(separator: 10, omittingEmptySubsequences: false) {
      lines.append(String(decoding: line, as: UTF8.self))
    }
    while lines.count > 1, lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n    | ")
  }

  private static func escaped(_ text: String, keepsLines: Bool) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }) else { return text }
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09 where keepsLines, 0x0A where keepsLines: out.append(UInt8(scalar.value))
      case 0x0A: out += "\\n".utf8
      case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069:
        let digits = String(scalar.value, radix: 16)
        out += "\\u".utf8
        out += String(repeating: "0", count: 4 - digits.utf8.count).utf8
        out += digits.utf8
      default: out += UTF8.encode(scalar).unsafelyUnwrapped
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
