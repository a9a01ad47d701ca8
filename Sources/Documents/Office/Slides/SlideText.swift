import Foundations

/// The paragraphs of a shape.
struct SlideText {
  private(set) var elements: [DocumentElement] = []
  private let targets: [String: String]
  private let hasBullets: Bool
  private var counts: [Int: Int] = [:]

  /// - Parameter hasBullets: whether paragraphs that do not say otherwise are items of a list.
  init(_ targets: [String: String], hasBullets: Bool) {
    self.targets = targets
    self.hasBullets = hasBullets
  }

  mutating func read(_ body: XMLNode) {
    for paragraph in body.all("a:p") {
      let (text, links) = Self.words(paragraph, targets)
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      let properties = paragraph.child("a:pPr")
      let level = max(0, min(8, properties?.int("lvl") ?? 0))
      guard let marker = marker(properties, level) else {
        counts = [:]
        elements.append(DocumentElement(.text, text, links: links))
        continue
      }
      elements.append(DocumentElement(.listItem, marker + text, level: level + 1, links: links))
    }
  }

  private mutating func marker(_ properties: XMLNode?, _ level: Int) -> String? {
    if let number = properties?.child("a:buAutoNum") {
      let value = counts[level].map { $0 + 1 } ?? number.int("startAt") ?? 1
      counts[level] = value
      for deeper in counts.keys where deeper > level { counts[deeper] = nil }
      return Self.number(value, number["type"] ?? "arabicPeriod") + " "
    }
    counts[level] = nil
    if properties?.child("a:buNone") != nil { return nil }
    return hasBullets || properties?.child("a:buChar") != nil || properties?.child("a:buBlip") != nil ? "- " : nil
  }

  private static func number(_ value: Int, _ type: String) -> String {
    let style: ListNumber.Style =
      type.hasPrefix("alphaLc")
      ? .lowerLetter
      : type.hasPrefix("alphaUc")
        ? .upperLetter : type.hasPrefix("romanLc") ? .lowerRoman : type.hasPrefix("romanUc") ? .upperRoman : .decimal
    let text = ListNumber.written(value, style)
    if type.hasSuffix("ParenBoth") { return "(\(text))" }
    if type.hasSuffix("ParenR") { return text + ")" }
    return type.hasSuffix("Plain") ? text : text + "."
  }

  /// The words of a paragraph, and their links.
  static func words(_ paragraph: XMLNode, _ targets: [String: String]) -> (String, [DocumentLink]) {
    var words = ScriptedText()
    var links: [DocumentLink] = []
    for run in paragraph.children {
      switch run.name {
      case "a:r", "a:fld":
        let text = run.child("a:t")?.plain ?? ""
        let raise = run.child("a:rPr")?.int("baseline") ?? 0
        words.append(text, raise > 0 ? .raised : raise < 0 ? .lowered : nil)
        if let url = run.at("a:rPr", "a:hlinkClick")?["r:id"].flatMap({ targets[$0] }), !text.isEmpty {
          links.append(DocumentLink(text: text, url: url))
        }
      case "a:br": words.append("\n")
      case "mc:AlternateContent": words.append(formula(run))
      default: break
      }
    }
    let lines = words.text.split(whereSeparator: { $0.isNewline || $0 == "\u{B}" })
    let text = lines.map { $0.split { $0 == " " || $0 == "\t" || $0 == "\u{A0}" }.joined(separator: " ") }
    return (text.filter { !$0.isEmpty }.joined(separator: "\n"), links)
  }

  private static func formula(_ node: XMLNode) -> String {
    guard let math = node.first("m:oMath") else { return "" }
    var reading = OfficeMath()
    func visit(_ node: XMLNode) {
      guard node.name.hasPrefix("m:") else {
        if node.name.isEmpty { reading.add(node.plain) } else { for child in node.children { visit(child) } }
        return
      }
      let name = String(node.name.dropFirst(2))
      reading.open(name) { node[$0] }
      for child in node.children { visit(child) }
      _ = reading.close(name)
    }
    visit(math)
    return reading.text
  }
}
