/// What of a text went and came, word by word.
package struct WordDiff: Sendable {
  package enum Part: Sendable, Equatable {
    case same(String)
    case removed(String)
    case added(String)
  }

  package private(set) var parts: [Part] = []

  /// Longer texts are compared line by line, which is quick.
  private static let mostWords = 4000

  package init(_ old: String, _ new: String) {
    let isLong = max(old.utf8.count, new.utf8.count) > 8 * Self.mostWords
    let (a, b) = isLong ? (Self.lines(old), Self.lines(new)) : (Self.words(old), Self.words(new))
    var head = 0
    while head < a.count, head < b.count, a[head] == b[head] { head += 1 }
    var tail = 0
    while tail < a.count - head, tail < b.count - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
    for word in a[..<head] { append(.same(String(word))) }
    let (left, right) = (Array(a[head..<(a.count - tail)]), Array(b[head..<(b.count - tail)]))
    let difference = right.difference(from: left)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      if i < left.count, removed.contains(i) {
        append(.removed(String(left[i])))
        i += 1
      } else if j < right.count, added.contains(j) {
        append(.added(String(right[j])))
        j += 1
      } else {
        append(.same(String(left[i])))
        (i, j) = (i + 1, j + 1)
      }
    }
    for word in a[(a.count - tail)...] { append(.same(String(word))) }
  }

  private mutating func append(_ part: Part) {
    switch (parts.last, part) {
    case (.same(let text)?, .same(let more)): parts[parts.count - 1] = .same(text + more)
    case (.removed(let text)?, .removed(let more)): parts[parts.count - 1] = .removed(text + more)
    case (.added(let text)?, .added(let more)): parts[parts.count - 1] = .added(text + more)
    default: parts.append(part)
    }
  }

  /// A word with the blanks behind it.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var start = text.startIndex
    var isBlank = false
    for index in text.indices {
      if text[index].isWhitespace {
        isBlank = true
      } else if isBlank {
        words.append(text[start..<index])
        (start, isBlank) = (index, false)
      }
    }
    if start < text.endIndex { words.append(text[start...]) }
    return words
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines: [Substring] = []
    var start = text.startIndex
    while let end = text[start...].firstIndex(where: \.isNewline) {
      lines.append(text[start...end])
      start = text.index(after: end)
    }
    if start < text.endIndex { lines.append(text[start...]) }
    return lines
  }

  /// The parts with no more than so many characters of what is the same around each change.
  package func shortened(around: Int = 60) -> [Part] {
    parts.enumerated().map { index, part in
      guard case .same(let text) = part, text.count > 2 * around + 3 else { return part }
      let head = index == 0 ? "" : String(text.prefix(around))
      let tail = index == parts.count - 1 ? "" : String(text.suffix(around))
      return .same("\(head) … \(tail)")
    }
  }
}
