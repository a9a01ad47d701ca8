/// Lines that say what something is, one below another: `Name: Jane`.
enum TextEntries {
  /// The entries, a line each; `nil` for other text.
  static func read(_ lines: [ArraySlice<UInt8>], _ joining: LineJoining) -> String? {
    guard lines.count > 1, isEntry(lines[0]) else { return nil }
    let indent = TextLine.indent(lines[0])
    var entries: [[ArraySlice<UInt8>]] = []
    for line in lines {
      if isEntry(line) {
        entries.append([line])
      } else {
        // What is moved in goes on with the entry above.
        guard TextLine.indent(line) > indent else { return nil }
        entries[entries.count - 1].append(line)
      }
    }
    return entries.count > 1 ? entries.map { joining.joined($0) }.joined(separator: "\n") : nil
  }

  /// Whether a line begins with a few words and a colon.
  private static func isEntry(_ line: ArraySlice<UInt8>) -> Bool {
    let text = TextLine.trimmed(line)
    guard let colon = text.prefix(40).firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
      text.first.map({ $0 >= 65 && $0 <= 90 || $0 >= 0x80 }) == true
    else { return false }
    let behind = text[(colon + 1)...]
    guard behind.isEmpty || behind.first == 0x20 || behind.first == 9 else { return false }
    return text[..<colon].split(separator: 0x20).count <= 4 && !text[..<colon].contains { ".,;!?".utf8.contains($0) }
  }
}
