import Foundations

/// Text of runs some of which are raised or lowered, written as `ScriptText` says.
struct ScriptedText {
  private var written = ""
  private var pending = ""
  private var role: ScriptText.Role?

  init(_ text: String = "") { written = text }

  mutating func append(_ text: String, _ role: ScriptText.Role? = nil) {
    guard !text.isEmpty else { return }
    if role != self.role {
      close()
      self.role = role
    }
    if role == nil { written += text } else { pending += text }
  }

  private mutating func close() {
    guard let role, !pending.isEmpty else { return }
    let text = pending
    pending = ""
    let ending = String(written.suffix(80))
    if role == .lowered, let fraction = ScriptText.fraction(ending) {
      written.removeLast(ending.count)
      written += fraction
    }
    written += ScriptText.written(text, role, after: String(written.suffix(80)))
  }

  /// All of it so far.
  var text: String {
    mutating get {
      close()
      role = nil
      return written
    }
  }
}
