import Foundations

/// Colours, where they are wanted (https://no-color.org).
///
/// In a text they are noncharacters, which become a terminal's sequences where the text is written: by then every such
/// sequence that stood in a title or a name has been made harmless (`Output.write`).
struct Style: Sendable {
  let isColoured: Bool

  init(descriptor: Int32) {
    isColoured =
      Output.isTerminal(descriptor) && (Environment["NO_COLOR"] ?? "").isEmpty && Environment["TERM"] != "dumb"
  }

  func green(_ text: String) -> String { wrap(text, 3) }
  func red(_ text: String) -> String { wrap(text, 4) }
  func yellow(_ text: String) -> String { wrap(text, 5) }
  func blue(_ text: String) -> String { wrap(text, 6) }
  func dim(_ text: String) -> String { wrap(text, 2) }
  func bold(_ text: String) -> String { wrap(text, 1) }

  private static let first: UInt32 = 0xFDD0
  private static let codes = ["0", "1", "2", "32", "31", "33", "34"]

  private static func mark(_ code: Int) -> String {
    guard let scalar = Unicode.Scalar(first + UInt32(code)) else { preconditionFailure("U+FDD0… are scalars") }
    return String(Character(scalar))
  }

  private func wrap(_ text: String, _ code: Int) -> String {
    isColoured ? Self.mark(code) + text + Self.mark(0) : text
  }

  /// Whether a scalar is a mark of a colour, and takes no room.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (first..<(first + UInt32(codes.count))).contains(scalar.value)
  }

  /// The text with its marks as `descriptor` wants them: where no colours are wanted, without.
  static func rendered(_ text: String, on descriptor: Int32) -> String {
    guard text.utf8.contains(0xEF) else { return text }
    var out = ""
    let isColoured = Style(descriptor: descriptor).isColoured
    for scalar in text.unicodeScalars {
      if isMark(scalar) {
        if isColoured { out += "\u{1B}[\(codes[Int(scalar.value - first)])m" }
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
