/// Text inside Markdown (GitHub's dialect, which reads HTML).
package enum MarkdownText {
  private static let marks = Set("\\`*_[]<>#|&~".utf8)

  /// Plain text on one line: no mark in it means anything.
  package static func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if isBreak(scalar) {
        out.append(0x20)
        continue
      }
      if let byte = UInt8(exactly: scalar.value), marks.contains(byte) { out.append(UInt8(ascii: "\\")) }
      out += UTF8.encode(scalar).unsafelyUnwrapped
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A cell of a table: the text goes on being Markdown, but cannot leave its cell or its line.
  package static func cell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "|") || $0 < 0x20 || $0 == 0xE2 || $0 == 0xC2 }) else {
      return text
    }
    var out: [UInt8] = []
    // How many backslashes stand before what comes: one of them would be taken for the bar's.
    var slashes = 0
    for scalar in text.unicodeScalars {
      if scalar == "|" { out += [UInt8](repeating: UInt8(ascii: "\\"), count: slashes + 1) }
      slashes = scalar == "\\" ? slashes + 1 : 0
      if isBreak(scalar) { out.append(0x20) } else { out += UTF8.encode(scalar).unsafelyUnwrapped }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// An address between `<` and `>`. Entities are read there: `javascript&colon;` must stay what it is.
  package static func address(_ url: String) -> String {
    var out: [UInt8] = []
    for scalar in url.unicodeScalars {
      switch scalar {
      case "<": out += "%3C".utf8
      case ">": out += "%3E".utf8
      case "\\": out += "%5C".utf8
      case "&": out += "&amp;".utf8
      case _ where isBreak(scalar) || scalar.value < 0x20 || scalar.value == 0x7F: continue
      default: out += UTF8.encode(scalar).unsafelyUnwrapped
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    (0x0A...0x0D).contains(scalar.value) || scalar.value == 0x85 || scalar.value == 0x2028 || scalar.value == 0x2029
  }
}
