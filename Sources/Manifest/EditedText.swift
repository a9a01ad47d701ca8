import Foundations

/// A text file in which pieces are replaced by where they stand, all else left as it is.
struct EditedText {
  /// Lines with their ends, as code points, as YAML counts columns.
  private var lines: [[Unicode.Scalar]]

  init(_ text: String) {
    lines = [[]]
    for scalar in text.unicodeScalars {
      lines[lines.count - 1].append(scalar)
      if scalar == "\n" { lines.append([]) }
    }
  }

  var text: String {
    var text = String.UnicodeScalarView()
    for line in lines { text.append(contentsOf: line) }
    return String(text)
  }

  /// Puts `replacement` where the text from `start` to just before `end` was, in one line or over several.
  mutating func replace(_ start: SourcePosition, _ end: SourcePosition, with replacement: String) {
    precondition(start <= end && end.line <= lines.count, "a piece of a text ends where the text does, at the latest")
    let head = lines[start.line - 1].prefix(start.column - 1)
    let tail = lines[end.line - 1].dropFirst(end.column - 1)
    lines.replaceSubrange((start.line - 1)...(end.line - 1), with: [head + Array(replacement.unicodeScalars) + tail])
    self = EditedText(text)
  }

  /// Puts a line before another one, ended as the lines of the file are.
  mutating func insert(line: String, before number: Int) {
    let end = lines[0].suffix(2) == ["\r", "\n"] ? "\r\n" : "\n"
    replace(SourcePosition(line: number, column: 1), SourcePosition(line: number, column: 1), with: line + end)
  }

  /// What stands before a column, if it is nothing but blanks.
  func indentation(of position: SourcePosition) -> String? {
    let head = lines[position.line - 1].prefix(position.column - 1)
    guard head.allSatisfy({ $0 == " " }) else { return nil }
    return String(repeating: " ", count: head.count)
  }

  /// The last character before a position that is no blank.
  func lastVisible(before position: SourcePosition) -> Unicode.Scalar? {
    lines[position.line - 1].prefix(position.column - 1).last { $0 != " " }
  }

  /// Whether the last line is ended.
  var isEnded: Bool { lines.last?.isEmpty ?? true }
  var lineCount: Int { lines.count }
}
