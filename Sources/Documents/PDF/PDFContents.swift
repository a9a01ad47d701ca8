import Foundations

/// Tables of contents: their lines say again what the headings say, so they are taken away and kept as
/// witnesses of what is a heading.
struct PDFContents {
  struct Entry {
    /// `PDFLine.plain` of the title, with its number.
    let plain: String
    let level: Int
  }

  /// By plain title, with the number in front.
  private var levels: [String: Int] = [:]
  /// The same without it.
  private var titleLevels: [String: Int] = [:]
  private var isNumbered = false
  private(set) var count = 0
  /// The index of the page on which the first one begins.
  private(set) var firstPage: Int?

  private static let titles: Set<String> = [
    "contents", "tableofcontents", "listofcontents", "shortcontents", "summaryofcontents", "briefcontents", "inhalt",
    "inhaltsverzeichnis", "inhaltsübersicht", "sommaire", "tabledesmatières", "índice", "indice", "índicegeneral",
    "contenido", "sumario", "sommario", "tabladecontenidos", "inhoud", "inhoudsopgave", "spistreści", "obsah",
    "содержание", "оглавление", "目次", "目录", "conteúdo", "cuprins", "conținut", "taula", "índex", "innehåll",
  ]
  private static let lists: Set<String> = [
    "listoffigures", "listoftables", "listofexamples", "listings", "listoflistings", "abbildungsverzeichnis",
    "tabellenverzeichnis", "tabledesfigures", "listedesfigures", "listedestableaux",
  ]

  /// Takes tables of contents off the pages; lines that say a bookmark's title and a page number go, too.
  init(takenFrom pages: inout [[PDFLine]], bookmarks: Set<String>, isContents: [Bool]) {
    var found: [(text: String, left: Double)] = []
    var isInside = false
    for index in pages.indices {
      let lines = pages[index]
      let title = lines.firstIndex { Self.isTitle($0) }
      guard title != nil || isInside || lines.contains(where: { Self.isEntry($0.text) }) else { continue }
      let start = title.map { $0 + 1 } ?? 0
      if title != nil || isInside, let end = Self.end(lines, from: start, isContinued: title == nil) {
        let isList = title.map { Self.lists.contains(lines[$0].plain) } ?? false
        firstPage = firstPage ?? index
        if !isList { found += Self.entries(lines[start..<end]) }
        pages[index].removeSubrange((title ?? 0)..<end)
        isInside = end >= lines.count - 2
      } else {
        isInside = false
      }
      // What else has dot leaders is a price list or a statement.
      if isContents[index] { pages[index].removeAll { Self.isEntry($0.text) } }
    }
    if !bookmarks.isEmpty {
      for index in pages.indices where pages[index].count(where: { Self.repeats($0, bookmarks) }) >= 3 {
        pages[index].removeAll { Self.repeats($0, bookmarks) }
      }
    }
    keep(found)
  }

  /// The level that a heading has here; `nil` when it is not listed, or not under its number.
  func level(of heading: String) -> Int? {
    guard count > 0 else { return nil }
    if let level = levels[PDFLine.plain(heading)] { return level }
    guard let number = PDFNumbering(heading), !number.title.isEmpty else { return titleLevels[PDFLine.plain(heading)] }
    return isNumbered ? nil : levels[PDFLine.plain(number.title)]
  }

  private static func isTitle(_ line: PDFLine) -> Bool {
    guard line.text.utf8.count <= 40 else { return false }
    let plain = line.plain
    return titles.contains(plain) || lists.contains(plain)
  }

  /// Marks the pages that have the title of a table of contents, those after them that end rows with page
  /// numbers as it does, and those most of whose entries are said again on other pages.
  static func mark(_ pages: inout [PDFPage]) {
    markRepeating(&pages)
    for index in pages.indices {
      let lines = pages[index].lines
      if pages[index].isContents || lines.contains(where: { isTitle($0) }) {
        pages[index].isContents = true
      } else if index > 0, pages[index - 1].isContents {
        let right = lines.map(\.box.right).max() ?? 0
        let numbers = lines.filter { $0.box.right > right - 20 }.sorted { $0.box.top < $1.box.top }
          .map { String($0.text.split(separator: " ").last ?? "") }
        pages[index].isContents = numbers.count >= 3 && countsUp(numbers)
      }
    }
  }

  private static func markRepeating(_ pages: inout [PDFPage]) {
    let entries = pages.map { page in page.lines.filter { isEntry($0.text) }.map { withoutPage($0.text) } }
    guard entries.contains(where: { $0.count >= 3 }) else { return }
    let wanted = entries.lazy.filter { $0.count >= 3 }.joined()
      .flatMap { [$0, PDFNumbering($0)?.title].compactMap(\.self) }.map { PDFLine.plain($0) }
    var places = Dictionary(wanted.map { ($0, Set<Int>()) }) { first, _ in first }
    let ends = Set(wanted.map { ending($0) })
    let hasShort = wanted.contains { $0.utf8.count < 3 }
    for (index, page) in pages.enumerated() {
      for line in page.lines
      where line.text.utf8.count < 200 && (hasShort || ending(line.text).map { ends.contains($0) } ?? true)
        && !isEntry(line.text)
      {
        for text in [line.text, PDFNumbering(line.text)?.title].compactMap(\.self) {
          places[PDFLine.plain(text)]?.insert(index)
        }
      }
    }
    for index in pages.indices where entries[index].count >= 3 {
      let repeated = entries[index].count { entry in
        [entry, PDFNumbering(entry)?.title].compactMap(\.self).contains { text in
          places[PDFLine.plain(text)]?.contains { $0 != index } ?? false
        }
      }
      if repeated * 2 >= entries[index].count { pages[index].isContents = true }
    }
  }

  /// The last three letters or digits of a title, in lower case: of two that are the same they are so, too, which is
  /// quickly seen. `nil` where they are fewer, or other signs than plain ones stand among them.
  private static func ending(_ text: String) -> UInt32? {
    var (end, count): (UInt32, Int) = (0, 0)
    for byte in text.utf8.reversed() {
      guard byte < 0x80 else { return nil }
      let lower = byte >= 0x41 && byte <= 0x5A ? byte + 32 : byte
      guard lower >= 0x61 && lower <= 0x7A || lower >= 0x30 && lower <= 0x39 else { continue }
      end = end << 8 | UInt32(lower)
      count += 1
      if count == 3 { return end }
    }
    return nil
  }

  /// Whether nearly all of these are numbers that do not go down, as page numbers of a table of contents.
  static func countsUp(_ texts: [String]) -> Bool {
    var before = 0
    var fine = 0
    for text in texts {
      guard let number = Int(text) else {
        if !text.isEmpty, text.utf8.allSatisfy({ "ivxlc".utf8.contains($0) }) { fine += 1 }
        continue
      }
      if number >= before { fine += 1 }
      before = number
    }
    return fine * 10 >= texts.count * 8
  }

  /// Where the entries end that begin at `start`; `nil` when these lines are none.
  private static func end(_ lines: [PDFLine], from start: Int, isContinued: Bool) -> Int? {
    var last = start
    var entries = 0
    var ordered = 0
    var before = 0
    for index in start..<lines.count {
      let number = pageNumber(lines[index].text)
      guard isEntry(lines[index].text) || number != nil else {
        // Long titles take two or three lines; more without a page number are something else.
        if index - last > 3 { break }
        continue
      }
      entries += 1
      if let number {
        if number >= before { ordered += 1 }
        before = number
      } else {
        ordered += 1
      }
      last = index + 1
    }
    guard entries >= (isContinued ? 2 : 3), entries * 2 >= last - start, ordered * 10 >= entries * 8 else { return nil }
    return last
  }

  private static func entries(_ lines: ArraySlice<PDFLine>) -> [(text: String, left: Double)] {
    var found: [(text: String, left: Double)] = []
    var begun: (text: String, left: Double)?
    for line in lines {
      let ends = isEntry(line.text) || pageNumber(line.text) != nil
      let text = begun.map { $0.text + " " + line.text } ?? line.text
      let left = begun?.left ?? line.box.left
      if ends {
        found.append((withoutPage(text), left))
        begun = nil
      } else {
        begun = (text, left)
      }
    }
    return found
  }

  /// Levels by numbers; without them by indentation.
  private mutating func keep(_ found: [(text: String, left: Double)]) {
    guard found.count >= 3 else { return }
    var lefts: [Double] = []
    for left in found.map(\.left).sorted() where lefts.last.map({ left - $0 > 4 }) ?? true { lefts.append(left) }
    let numbered = found.contains { PDFNumbering($0.text) != nil }
    isNumbered = numbered
    for entry in found {
      let number = PDFNumbering(entry.text)
      let rank = (lefts.lastIndex { entry.left >= $0 - 0.01 } ?? 0) + 1
      let level = max(1, min(6, number.map(\.depth) ?? (numbered ? 1 : rank)))
      for text in [entry.text, number?.title ?? ""] {
        let plain = PDFLine.plain(text)
        guard plain.utf8.count >= 2 else { continue }
        if text == entry.text, levels[plain] == nil { levels[plain] = level }
        if titleLevels[plain] == nil { titleLevels[plain] = level }
      }
      count += 1
    }
  }

  /// The number at the end of a line after a title.
  private static func pageNumber(_ text: String) -> Int? {
    guard let space = text.utf8.lastIndex(of: 0x20) else { return nil }
    let word = text[text.utf8.index(after: space)...]
    guard text[..<space].unicodeScalars.contains(where: { $0.properties.isAlphabetic }) else { return nil }
    if word.utf8.count <= 4, let number = Int(word), number > 0 { return number }
    return !word.isEmpty && word.utf8.count <= 6 && word.utf8.allSatisfy { "ivxlc".utf8.contains($0) } ? 0 : nil
  }

  private static func withoutPage(_ text: String) -> String {
    var text = text[...]
    if let space = text.utf8.lastIndex(of: 0x20), pageNumber(String(text)) != nil { text = text[..<space] }
    while let last = text.last, last == "." || last == " " || last == "…" { text.removeLast() }
    return String(text)
  }

  /// Whether a line ends with dot leaders and a page number.
  static func isEntry(_ text: String) -> Bool {
    guard let last = text.utf8.last(where: { $0 != 0x20 }) else { return false }
    let endsWithNumber = last >= 48 && last <= 57 || "ivxlcIVXLC".utf8.contains(last)
    guard endsWithNumber || last == UInt8(ascii: ".") else { return false }
    var dots = 0
    var most = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") { dots += 1 } else if byte != 0x20 { dots = 0 }
      most = max(most, dots)
    }
    return most >= 4 || most >= 2 && endsWithNumber && text.utf8.contains(0x20) && endsWithLeader(text)
  }

  /// Whether a page number after at least two dots with spaces between them ends the line.
  private static func endsWithLeader(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard words.count >= 4 else { return false }
    return words.suffix(3).dropLast().allSatisfy { $0.utf8.allSatisfy { $0 == UInt8(ascii: ".") } }
  }

  /// Whether a line is the title of a bookmark, with or without its number, and a page number after it.
  private static func repeats(_ line: PDFLine, _ bookmarks: Set<String>) -> Bool {
    guard let byte = line.text.utf8.last, byte >= 48, byte <= 57, let last = line.text.split(separator: " ").last,
      Int(last) != nil
    else { return false }
    // A heading that ends with a number is no entry of another one like it: `Census 85` beside `Census`.
    if bookmarks.contains(line.plain) { return false }
    let plain = PDFLine.plain(String(line.text.dropLast(last.count)))
    if bookmarks.contains(plain) { return true }
    let bare = plain.drop { $0.isNumber }
    return !bare.isEmpty && bookmarks.contains(String(bare))
  }
}
