import Foundations

/// Tables of contents: their lines say again what the headings say.
enum PDFContents {
  /// Whether a line ends with dot leaders, with or without a page number.
  static func isEntry(_ text: String) -> Bool {
    var dots = 0
    var most = 0
    var last: UInt8 = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") { dots += 1 } else if byte != 0x20 { dots = 0 }
      most = max(most, dots)
      if byte != 0x20 { last = byte }
    }
    return most >= 4
      || most >= 2 && last >= 48 && last <= 57 && text.utf8.contains(0x20) && endsWithLeader(text)
  }

  /// Whether a page number after at least two dots with spaces between them ends the line.
  private static func endsWithLeader(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard words.count >= 4 else { return false }
    return words.suffix(3).dropLast().allSatisfy { $0.utf8.allSatisfy { $0 == UInt8(ascii: ".") } }
  }

  /// Takes away the lines of tables of contents and indexes of headings: a heading that is known
  /// from the bookmarks, with a page number after it.
  static func remove(from lines: [PDFLine], _ bookmarks: Set<String>) -> [PDFLine] {
    lines.filter { line in
      if isEntry(line.text) { return false }
      guard !bookmarks.isEmpty, let last = line.text.split(separator: " ").last, Int(last) != nil
      else { return true }
      let plain = PDFLine.plain(String(line.text.dropLast(last.count)))
      if bookmarks.contains(plain) { return false }
      // The bookmark may leave out the number in front.
      let bare = plain.drop { $0.isNumber }
      return bare.isEmpty || !bookmarks.contains(String(bare))
    }
  }
}
