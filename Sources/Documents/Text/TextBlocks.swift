import Foundations

/// The blocks of a text on their way to elements: what stands between empty lines.
struct TextBlocks {
  typealias Line = ArraySlice<UInt8>

  private let joining: LineJoining
  private let boldLines: Set<Int>
  private let hasDirectives: Bool
  private let depth: Int
  private var blocks: [[Line]]
  private var underlines = TitleLines()
  private let measure: TextMeasure
  private var points: Set<Int> = []
  private var elements: [DocumentElement] = []
  /// How many parts of the block that is looked at were added so far.
  private var parts = 0
  /// The block whose lines became the last element, where that is a program.
  private var codeBlock = -2

  init(_ lines: [Line], joining: LineJoining, boldLines: Set<Int>, hasDirectives: Bool, depth: Int = 0) {
    self.joining = joining
    self.boldLines = boldLines
    self.hasDirectives = hasDirectives
    self.depth = depth
    blocks = Self.parted(lines, hasDirectives)
    measure = TextMeasure(blocks)
  }

  /// What a text within this one becomes: a quotation, what a directive holds.
  private func read(_ lines: [Line]) -> [DocumentElement] {
    guard depth < 20 else {
      return lines.isEmpty ? [] : [DocumentElement(.text, joining.joined(lines))]
    }
    var inner = TextBlocks(
      lines, joining: joining, boldLines: boldLines, hasDirectives: hasDirectives, depth: depth + 1)
    return inner.read()
  }

  private static func parted(_ lines: [Line], _ hasDirectives: Bool) -> [[Line]] {
    var blocks: [[Line]] = [[]]
    for line in lines {
      let isBlank = line.allSatisfy { $0 <= 0x20 }
      if isBlank || hasDirectives && Directives.begins(line) { blocks.append([]) }
      if !isBlank { blocks[blocks.count - 1].append(line) }
    }
    return blocks.filter { !$0.isEmpty }
  }

  mutating func read() -> [DocumentElement] {
    points = countedPoints()
    var index = 0
    while index < blocks.count {
      parts = 0
      let next = takeGroup(index)
      if next == index {
        add(blocks[index], index)
        index += 1
      } else {
        index = next
      }
    }
    if hasDirectives {
      for index in elements.indices where elements[index].kind != .code {
        elements[index].text = DirectiveWords.plain(elements[index].text)
      }
    }
    return elements
  }

  // MARK: Several blocks

  /// A directive, a program announced by `::`, or a table with empty lines in it: all their blocks.
  /// - Returns: the block behind them.
  private mutating func takeGroup(_ index: Int) -> Int {
    let block = blocks[index]
    if hasDirectives, Directives.begins(block[0]) {
      let indent = TextLine.indent(block[0])
      let (lines, next) = movedIn(
        index, block.dropFirst().prefix { TextLine.indent($0) > indent }.count + 1, below: indent)
      elements += Directives(read: read).elements(lines)
      return next
    }
    if TextLine.trimmed(block[0]).starts(with: "```".utf8), let end = fenceEnd(index) { return fenced(index, end) }
    let last = TextLine.trimmed(block[block.count - 1])
    if last.count >= 2, last.suffix(2).elementsEqual("::".utf8), index + 1 < blocks.count,
      TextLine.indent(blocks[index + 1][0]) > TextLine.indent(block[block.count - 1])
    {
      var lead = block
      // Of the two colons one is shown.
      lead[lead.count - 1] = last.dropLast()
      if !(lead.count == 1 && last.count == 2) { add(lead, index) }
      let (lines, next) = movedIn(index + 1, 0, below: TextLine.indent(block[block.count - 1]))
      elements.append(DocumentElement(.code, Directives.dedented(lines)))
      return next
    }
    // The table of reStructuredText ends with the rule that it begins with.
    if TextTable.isColumnRule(block[0]), TextLine.trimmed(block[0]).first == UInt8(ascii: "="),
      !TextTable.isColumnRule(block[block.count - 1]) || block.count(where: { TextTable.isColumnRule($0) }) < 3,
      let end = (index..<min(blocks.count, index + 200)).first(where: { place in
        place > index && TextTable.isColumnRule(blocks[place][blocks[place].count - 1])
      })
    {
      add(blocks[index...end].flatMap { $0 }, index)
      return end + 1
    }
    return index
  }

  /// Where the block and line are that end a program between fences, as in Markdown.
  private func fenceEnd(_ index: Int) -> (block: Int, line: Int)? {
    for place in index..<min(blocks.count, index + 500) {
      for line in (place == index ? 1 : 0)..<blocks[place].count
      where TextLine.trimmed(blocks[place][line]).elementsEqual("```".utf8) {
        return (place, line)
      }
    }
    return nil
  }

  private mutating func fenced(_ index: Int, _ end: (block: Int, line: Int)) -> Int {
    var lines: [Line] = []
    for place in index...end.block {
      if place > index { lines.append([]) }
      lines += place == end.block ? blocks[place][..<end.line] : blocks[place][...]
    }
    let language = String(decoding: TextLine.trimmed(lines.removeFirst()).dropFirst(3), as: UTF8.self)
    var element = DocumentElement(.code, Directives.dedented(lines))
    if !language.isEmpty { element.codeLanguage = language }
    if !element.text.isEmpty { elements.append(element) }
    guard end.line + 1 < blocks[end.block].count else { return end.block + 1 }
    blocks[end.block] = Array(blocks[end.block][(end.line + 1)...])
    return end.block
  }

  /// The first lines of a block, and all blocks behind it that are moved in further.
  private mutating func movedIn(_ index: Int, _ own: Int, below indent: Int) -> (lines: [Line], next: Int) {
    var lines = Array(blocks[index].prefix(own))
    var next = index + 1
    if own < blocks[index].count, own > 0 {
      // What is left of the block stands at the edge again.
      blocks[index] = Array(blocks[index].dropFirst(own))
      return (lines, index)
    }
    if own == 0 { next = index }
    while next < blocks.count, blocks[next].allSatisfy({ TextLine.indent($0) > indent }) {
      if !lines.isEmpty { lines.append([]) }
      lines += blocks[next]
      next += 1
    }
    if own == 0, next == index {
      lines = blocks[index]
      next = index + 1
    }
    return (lines, next)
  }

  // MARK: One block

  /// How many lines are looked at for parts of different kinds in one block: each part looks at all that is left.
  private static let mostLooks = 20_000

  private mutating func add(_ block: [Line], _ index: Int) {
    parts += 1
    guard parts <= 4 || parts * block.count <= Self.mostLooks else {
      elements.append(DocumentElement(.text, joining.joined(block)))
      return
    }
    var rest = block[...]
    while let title = underlines.title(&rest) {
      elements.append(title)
      if rest.isEmpty { return }
    }
    let lines = Array(rest)
    if lines.count < block.count { return add(lines, index) }
    if let title = TextHeading.title(
      lines, measure, isBold: boldLines.contains(lines[0].startIndex), isPoint: points.contains(index),
      isFirst: elements.count < 6)
    {
      elements.append(title.element)
      if title.lines < lines.count { add(Array(lines[title.lines...]), index) }
      return
    }
    if takeSignature(lines, index) || takeQuotation(lines, index) || takeTable(lines, index) { return }
    if let columns = TextColumns.prose(lines) {
      elements += columns.map { DocumentElement(.text, joining.joined($0)) }
      return
    }
    if takeProgram(lines, index) || takeList(lines, index) { return }
    if hasDirectives, lines.allSatisfy({ Self.field($0) != nil }) {
      elements += lines.compactMap { Self.field($0) }.map { DocumentElement(.text, $0) }
      return
    }
    if let entries = TextEntries.read(lines, joining) {
      elements.append(DocumentElement(.text, entries))
      return
    }
    elements.append(DocumentElement(.text, measure.isVerse(lines) ? Self.verse(lines) : joining.joined(lines)))
  }

  private static func verse(_ lines: [Line]) -> String {
    lines.map { TextLine.string(TextLine.trimmed($0)).split(separator: " ").joined(separator: " ") }.joined(
      separator: "\n")
  }

  /// `:Author: Jane`
  private static func field(_ line: Line) -> String? {
    guard TextLine.trimmed(line).first == UInt8(ascii: ":"),
      let found = TextLine.string(TextLine.trimmed(line)).wholeMatch(of: /:([^:`]{1,40}):\s+(.+)/)
    else {
      return nil
    }
    return "\(found.output.1): \(found.output.2)"
  }

  /// What stands under `-- ` in a message.
  private mutating func takeSignature(_ lines: [Line], _ index: Int) -> Bool {
    guard let place = lines.firstIndex(where: { $0.elementsEqual("-- ".utf8) || $0.elementsEqual("--".utf8) }) else {
      return false
    }
    if place > 0 { add(Array(lines[..<place]), index) }
    if place + 1 < lines.count { elements.append(DocumentElement(.text, Self.verse(Array(lines[(place + 1)...])))) }
    return true
  }

  /// What an answer quotes, without its marks, one element for each voice.
  private mutating func takeQuotation(_ lines: [Line], _ index: Int) -> Bool {
    let depths = lines.map { TextQuote.depth($0) }
    guard let start = depths.firstIndex(where: { $0 > 0 }) else { return false }
    // Only what begins a paragraph, follows a colon, or goes on is a quotation.
    let leads = start == 0 || TextLine.trimmed(lines[start - 1]).last == UInt8(ascii: ":")
    let end = depths[start...].firstIndex(of: 0) ?? lines.count
    guard leads || end - start >= 2, !TextPrompt.begins(lines[start]) else { return false }
    if start > 0 { add(Array(lines[..<start]), index) }
    var place = start
    while place < end {
      let next = depths[place..<end].firstIndex { $0 != depths[place] } ?? end
      elements += read(lines[place..<next].map { TextQuote.bare($0) })
      place = next
    }
    if end < lines.count { add(Array(lines[end...]), index) }
    return true
  }

  private mutating func takeTable(_ lines: [Line], _ index: Int) -> Bool {
    guard TextMarker.length(TextLine.trimmed(lines[0])) == nil, let table = TextTable.find(lines) else {
      if let inside = TextTable.boxed(lines) {
        elements += read(inside)
        return true
      }
      return false
    }
    if table.before > 0 { add(Array(lines[..<table.before]), index) }
    elements.append(DocumentElement(.table, "", table: DocumentTable(cells: table.cells)))
    if table.after < lines.count { add(Array(lines[table.after...]), index) }
    return true
  }

  private mutating func takeProgram(_ lines: [Line], _ index: Int) -> Bool {
    if let start = lines.firstIndex(where: { TextPrompt.begins($0) }),
      start == 0 || TextLine.trimmed(lines[start - 1]).last == UInt8(ascii: ":")
    {
      if start > 0 { add(Array(lines[..<start]), index) }
      code(lines[start...].map { TextLine.string($0) }.joined(separator: "\n"), index)
      return true
    }
    guard measure.isProgram(lines, after: elements.last) else { return false }
    code(lines.map { TextLine.string($0) }.joined(separator: "\n"), index)
    return true
  }

  /// A program goes on behind an empty line.
  private mutating func code(_ text: String, _ index: Int) {
    if codeBlock == index - 1, let last = elements.indices.last, elements[last].kind == .code {
      elements[last].text += "\n\n" + text
    } else {
      elements.append(DocumentElement(.code, text))
    }
    codeBlock = index
  }

  private mutating func takeList(_ lines: [Line], _ index: Int) -> Bool {
    let starts = TextMarker.starts(lines)
    guard let first = starts.min() else { return false }
    if first > 0 {
      // A sentence leads to the items, or several items follow it.
      let leads = TextLine.trimmed(lines[first - 1]).last == UInt8(ascii: ":") || starts.count > 1
      guard leads, TextLine.indent(lines[first]) >= TextLine.indent(lines[0]) else { return false }
      elements.append(DocumentElement(.text, joining.joined(Array(lines[..<first]))))
    }
    var item: [Line] = []
    var indents: [Int] = []
    var hangs = false
    func end(_ elements: inout [DocumentElement]) {
      if !item.isEmpty {
        elements.append(DocumentElement(.listItem, joining.joined(item), level: max(1, indents.count)))
      }
      item = []
    }
    for place in first..<lines.count {
      let indent = TextLine.indent(lines[place])
      if starts.contains(place) {
        end(&elements)
        while let last = indents.last, last > indent { indents.removeLast() }
        if indents.last ?? -1 < indent { indents.append(indent) }
      } else if hangs, let base = indents.first, indent <= base {
        // Where items hang, what does not is none of them.
        end(&elements)
        add(Array(lines[place...]), index)
        return true
      } else if indent > indents.last ?? 0 {
        hangs = true
      }
      item.append(lines[place])
    }
    end(&elements)
    return true
  }

  // MARK: Points

  /// Numbered lines that follow one another and count up are points; a heading has text of its own below it.
  private func countedPoints() -> Set<Int> {
    var points: Set<Int> = []
    for index in blocks.indices.dropFirst() {
      guard let first = number(blocks[index - 1]), let second = number(blocks[index]), second == first + 1 else {
        continue
      }
      points.insert(index - 1)
      points.insert(index)
    }
    return points
  }

  private func number(_ block: [Line]) -> Int? {
    guard let line = block.first.map({ TextLine.trimmed($0) }), block.count <= 4, TextLine.marker(line) != nil else {
      return nil
    }
    return Int(String(decoding: line.prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self))
  }
}
