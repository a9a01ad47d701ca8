/// Lines of what somebody typed at a computer.
enum TextPrompt {
  /// Whether a line begins with a prompt: `$ ls`, `>>> x`, `jane@host:~$ ls`, `mysql> select`, `C:\>dir`.
  static func begins(_ line: ArraySlice<UInt8>) -> Bool {
    let start = TextLine.trimmed(line).prefix(80)
    // Something stands between the prompt and what was typed, mostly a space.
    guard let sign = start.firstIndex(where: { "$#>%)".utf8.contains($0) }), sign > start.startIndex || start.count > 2,
      start.contains(UInt8(ascii: "\\")) || start.dropFirst(sign - start.startIndex).contains(0x20)
    else { return false }
    let text = String(decoding: TextLine.trimmed(line).prefix(80), as: UTF8.self)
    for prompt in ["$ ", ">>> ", "% ./", "(gdb) ", "PS> "] where text.hasPrefix(prompt) {
      guard let next = text.dropFirst(prompt.count).first else { return false }
      return prompt != "$ " || next.isLetter || "./~_\"".contains(next)
    }
    guard let first = start.first, first < 0x80 else { return false }
    if text.dropFirst().first == ":", text.wholeMatch(of: /[A-Za-z]:\\[^ >]*> ?\S.*/) != nil { return true }
    if text.contains("@"), text.wholeMatch(of: /\[?[\w.\-]+@[\w.\-]+[^$#]{0,40}[$#] \S.*/) != nil { return true }
    // No space stands before the sign.
    guard first >= 97, start[..<sign].allSatisfy({ $0 > 0x20 }) else { return false }
    return text.wholeMatch(of: /[a-z][a-z0-9]+(=>|=#|>) \S.*/) != nil
  }
}
