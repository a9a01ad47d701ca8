import Foundations

/// A text with marks (1️⃣ … 9️⃣) that name places in it, as in the tests of swift-format.
package struct MarkedText: Sendable {
  /// The text without the marks.
  package let text: String
  private let places: [Character: SourcePosition]

  package init(_ marked: String) {
    var text = ""
    var places: [Character: SourcePosition] = [:]
    var line = 1
    var column = 1
    for character in marked {
      if "1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣".contains(character) {
        places[character] = SourcePosition(line: line, column: column)
        continue
      }
      text.append(character)
      if character == "\n" {
        line += 1
        column = 1
      } else {
        column += character.unicodeScalars.count
      }
    }
    self.text = text
    self.places = places
  }

  /// Where a mark stands; a mark that is not there is nowhere.
  package func place(_ mark: Character) -> SourcePosition { places[mark] ?? SourcePosition(line: 0, column: 0) }
}
