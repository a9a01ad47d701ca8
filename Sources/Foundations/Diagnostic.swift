/// A text that a person wrote, with its name, for messages that point into it.
package final class SourceText: Sendable {
  /// As the person knows the file.
  package let name: String
  /// The whole text.
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// The text of a line (1-based), without its end, at most 400 bytes of it.
  package func line(_ number: Int) -> String {
    var current = 1
    var start = 0
    while current < number, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      current += 1
      start = end + 1
    }
    guard current == number, start < bytes.count else { return "" }
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    return String(decoding: bytes[start..<min(end, start + 400)], as: UTF8.self)
  }
}

/// A place in a text: line and column count from 1, columns in characters.
package struct SourcePosition: Hashable, Sendable, Comparable {
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
  package static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// One mistake in a file that a person wrote: what, where, what was expected, what to do.
package struct Diagnostic: Error, Sendable {
  /// The text that the mistake is in.
  package var source: SourceText
  /// Where it begins.
  package var position: SourcePosition
  /// What is wrong, and what was expected.
  package var message: String
  /// What would have been right, or what to do.
  package var hint: String

  package init(
    _ source: SourceText, _ position: SourcePosition, _ message: String, hint: String = ""
  ) {
    self.source = source
    self.position = position
    self.message = message
    self.hint = hint
  }

  /// `file:line:column: error: …`, the line, a caret, the hint.
  package var rendered: String {
    var text = "\(source.name):\(position.line):\(position.column): error: \(message)\n"
    let line = source.line(position.line)
    if !line.isEmpty {
      let visible = String(
        URLCredentials.masked(inLine: line).unicodeScalars.map {
          $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0)
        })
      let number = String(position.line)
      let shown = Self.window(of: visible, around: position.column)
      text += "  \(number) | \(shown.text)\n"
      text +=
        "  \(String(repeating: " ", count: number.count)) | \(String(repeating: " ", count: shown.caret))^\n"
    }
    if !hint.isEmpty { text += "  hint: \(hint)\n" }
    return text
  }

  /// At most 120 characters of a line, so chosen that the caret is among them.
  private static func window(of line: String, around column: Int) -> (text: String, caret: Int) {
    let characters = Array(line)
    let caret = max(0, min(column - 1, characters.count))
    guard characters.count > 120 else { return (line, caret) }
    let start = max(0, min(caret - 60, characters.count - 120))
    let end = min(characters.count, start + 120)
    return (
      (start > 0 ? "…" : "") + String(characters[start..<end]), caret - start + (start > 0 ? 1 : 0)
    )
  }

  /// As `--json` prints it.
  package var json: JSONValue {
    [
      "file": .string(source.name), "line": JSONValue(position.line),
      "column": JSONValue(position.column),
      "message": .string(message), "hint": .string(hint),
    ]
  }
}

/// All mistakes of the files of a pipeline, reported at once.
package struct Diagnostics: Error, Sendable {
  /// In the order of their places.
  package var all: [Diagnostic]
  package init(_ all: [Diagnostic]) {
    self.all = all.sorted { ($0.source.name, $0.position) < ($1.source.name, $1.position) }
  }
  /// Every diagnostic as text; after the first 50 only their number.
  package var rendered: String {
    var text = all.prefix(50).map(\.rendered).joined()
    if all.count > 50 { text += "… and \(all.count - 50) more mistakes\n" }
    return text
  }
}
