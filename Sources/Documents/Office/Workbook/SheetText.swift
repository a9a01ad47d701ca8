import Foundations

/// Text in cells.
enum SheetText {
  /// Without the codes that stand for what XML cannot hold: `_x000D_` is a carriage return, `_x005F_` a low line (ECMA-376,
  /// 22.9.2.19).
  static func plain(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "_")), text.contains("_x") else { return lines(text) }
    var out = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      if scalars[index] == "_", index + 6 < scalars.count, scalars[index + 1] == "x", scalars[index + 6] == "_" {
        let digits = String(String.UnicodeScalarView(scalars[(index + 2)..<(index + 6)]))
        if digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) {
          out.append(scalar)
          index += 7
          continue
        }
      }
      out.append(scalars[index])
      index += 1
    }
    return lines(String(out))
  }

  private static func lines(_ text: String) -> String {
    guard text.utf8.contains(13) else { return text }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.filter { $0 != "\r" } }
      .joined(separator: "\n")
  }
}
