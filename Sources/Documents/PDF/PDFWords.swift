import Foundations

/// The words of a document, to tell which hyphens at the ends of lines belong to the text.
struct PDFWords {
  private var words: Set<String> = []

  init(_ pages: [[PDFLine]]) {
    for line in pages.joined() {
      var parts = line.text.split(separator: " ")
      if line.text.hasSuffix("-") { parts = parts.dropLast() }
      for part in parts { words.insert(Self.bare(part)) }
    }
  }

  private static func bare(_ word: some StringProtocol) -> String {
    let scalars = word.lowercased().unicodeScalars
    let isWord: (Unicode.Scalar) -> Bool = { $0.properties.isAlphabetic || $0 == "-" }
    guard let first = scalars.firstIndex(where: isWord), let last = scalars.lastIndex(where: isWord)
    else { return "" }
    return String(scalars[first...last])
  }

  /// The lines as running text.
  func join(_ lines: [PDFLine]) -> String {
    var text = ""
    for line in lines {
      if text.isEmpty {
        text = line.text
      } else if text.hasSuffix("\u{AD}") {
        text.removeLast()
        text += line.text
      } else if text.hasSuffix("-") || text.hasSuffix("\u{2010}"),
        line.text.unicodeScalars.first?.properties.isLowercase == true,
        text.unicodeScalars.dropLast().last?.properties.isAlphabetic == true
      {
        let head = text.dropLast().split(separator: " ").last ?? ""
        let tail = line.text.split(separator: " ").first ?? ""
        // Joined only when the document writes the word like that elsewhere.
        if words.contains(Self.bare(String(head) + tail)) { text.removeLast() }
        text += line.text
      } else {
        text += " " + line.text
      }
    }
    return text
  }
}
