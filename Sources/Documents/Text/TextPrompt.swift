/// Lines of what somebody typed at a computer.
enum TextPrompt {
  /// Whether a line begins with a prompt: `$ ls`, `>>> x`, `jane@host:~$ ls`, `mysql> select`, `C:\>dir`.
  static func begins(_ line: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: TextLine.trimmed(line).prefix(80), as: UTF8.self)
    for prompt in ["$ ", ">>> ", "% ./", "(gdb) ", "PS> "] where text.hasPrefix(prompt) {
      guard let next = text.dropFirst(prompt.count).first else { return false }
      return prompt != "$ " || next.isLetter || "./~_\"".contains(next)
    }
    if text.wholeMatch(of: /[A-Za-z]:\\[^ >]*> ?\S.*/) != nil { return true }
    if text.wholeMatch(of: /\[?[\w.\-]+@[\w.\-]+[^$#]{0,40}[$#] \S.*/) != nil { return true }
    return text.wholeMatch(of: /[a-z][a-z0-9]+(=>|=#|>) \S.*/) != nil
  }
}
