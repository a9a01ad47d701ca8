import Formats
import Foundations

/// The list items of Markdown: each below the words of the one that it belongs to.
struct MarkdownLists {
  private struct Level {
    /// The columns before its items, and before their words.
    var indent: Int
    var content: Int
    /// The number of its last item, and the sign behind it; `nil` for bullets.
    var number: (value: Int, mark: Character)?
  }

  private var levels: [Level] = []

  mutating func end() { levels = [] }

  /// The lines of an item, and whether it follows the one before it without an empty line.
  mutating func item(_ element: DocumentElement) -> (String, Bool) {
    let follows = !levels.isEmpty
    let depth = min(max(1, element.level ?? 1), levels.count + 1)
    levels.removeLast(max(0, levels.count - depth))
    let marker = MarkdownMarker(element.text)
    let indent = depth > 1 ? levels[depth - 2].content : 0
    var breaks = false
    var goesOn = false
    if levels.count == depth {
      let last = levels[depth - 1].number
      goesOn = (marker.number == nil) == (last == nil)
      // Markdown counts on by itself: another number begins another list, and so does another sign.
      if let number = marker.number, let last {
        breaks = number.value != last.value + 1 || number.mark != last.mark
      }
      levels.removeLast()
    }
    // A list that begins with another number than 1, or with nothing, does not begin in the line below a paragraph.
    let interrupts = goesOn || breaks || (marker.number?.value ?? 1) == 1 && !marker.text.isEmpty
    let content = indent + marker.written.utf8.count + 1
    levels.append(Level(indent: indent, content: content, number: marker.number))
    let space = String(repeating: " ", count: indent)
    let inner = "\n" + String(repeating: " ", count: content)
    let lines = MarkdownText.paragraph(marker.text).split(separator: "\n").joined(separator: inner)
    let block = space + marker.written + (lines.isEmpty ? "" : " " + lines)
    return ((breaks ? "\(space)<!-- -->\n" : "") + block, follows && interrupts)
  }
}
