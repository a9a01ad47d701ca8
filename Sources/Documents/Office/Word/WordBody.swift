import Formats
import Foundations

/// Collects the elements of a Word document's body, event by event.
struct WordBody {
  var elements: [DocumentElement] = []
  /// The text of the paragraph that is styled as the document's title.
  private(set) var title: String?
  /// The notes that the text refers to, in its order.
  private(set) var notes: [(kind: String, id: String)] = []
  /// Parts of other formats that belong into the text, each before the element with this number.
  private(set) var inserted: [(place: Int, part: String)] = []
  let styles: WordStyles
  private(set) var numbering: WordNumbering
  private let targets: [String: String]

  private var paragraphs: [WordParagraph] = []
  /// The paragraph that runs on into the next one.
  private var running: WordParagraph?
  private var tables: [WordTable] = []
  private var run = WordRun()
  private var runDepth = 0
  private var isText = false
  private var fields = WordFields()
  private var boxes = WordBoxes()
  private var isInstruction = false
  private var math = OfficeMath()
  /// The reading of a word that is being read, and whether it is.
  private var ruby = ""
  private var isRuby = false
  /// Inside what is not part of the document as it stands.
  private var skippedDepth = 0
  private var runPropertyDepth = 0
  private var isInRowProperties = false

  /// What stands there for older programs only; text that was moved elsewhere; what tracked changes keep of the
  /// properties before.
  private static let skipped: Set<String> = [
    "mc:Fallback", "moveFrom", "pPrChange", "rPrChange", "sectPrChange", "tblPrChange", "tblPrExChange",
    "tblGridChange", "trPrChange", "tcPrChange", "numberingChange",
  ]

  init(styles: WordStyles, numbering: WordNumbering, targets: [String: String]) {
    self.styles = styles
    self.numbering = numbering
    self.targets = targets
  }

  mutating func take(_ event: XMLEvents.Event) {
    switch event {
    case .opening(let name, _) where Self.skipped.contains(name):
      if name == "moveFrom", isParagraphMark { change { $0.runsOn = true } }
      skippedDepth += 1
    case .closing(let name) where Self.skipped.contains(name): skippedDepth -= 1
    case _ where skippedDepth > 0: break
    case .opening(let name, let attribute):
      if name.hasPrefix("m:") { math.open(String(name.dropFirst(2)), attribute) } else { open(name, attribute) }
    case .closing(let name):
      if name.hasPrefix("m:") {
        if math.close(String(name.dropFirst(2))) { append(math.text) }
      } else {
        close(name)
      }
    case .text(let text):
      if math.isOpen { math.add(text) } else if isInstruction { fields.add(text) } else if isText { shown(text) }
    }
  }

  /// What runs on into nothing ends the document.
  mutating func finish() {
    guard var last = running else { return }
    running = nil
    last.runsOn = false
    finish(last)
  }

  private var isParagraphMark: Bool { runPropertyDepth > 0 && runDepth == 0 }

  private var isHidden: Bool {
    run.isHidden ?? styles.isHidden(run.style) ?? styles.isHidden(paragraphs.last?.style) ?? false
  }

  private mutating func shown(_ text: String) {
    if fields.isInstruction { return fields.add(text) }
    append(SymbolFonts.shown(text, font: run.font))
  }

  private mutating func append(_ text: String) {
    guard !paragraphs.isEmpty, !isHidden else { return }
    let text = boxes.shown(text)
    if isRuby {
      ruby += text
      return
    }
    let shifted: WordScript? = run.shift == 0 || !run.hasSize ? nil : run.shift > 0 ? .raised : .lowered
    let script =
      run.script ?? shifted ?? styles.script(run.style) ?? styles.script(paragraphs[paragraphs.count - 1].style)
    let role: ScriptText.Role? =
      switch script {
      case .raised: .raised
      case .lowered: .lowered
      case .level, nil: nil
      }
    paragraphs[paragraphs.count - 1].words.append(text, role)
  }

  private mutating func change(_ body: (inout WordParagraph) -> Void) {
    guard !paragraphs.isEmpty else { return }
    body(&paragraphs[paragraphs.count - 1])
  }

  private mutating func changeTable(_ body: (inout WordTable) -> Void) {
    guard !tables.isEmpty else { return }
    body(&tables[tables.count - 1])
  }

  private mutating func open(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "p":
      var paragraph = WordParagraph()
      if paragraphs.isEmpty, let running {
        paragraph.begin(with: running)
        self.running = nil
      }
      paragraphs.append(paragraph)
    case "tbl":
      finish()
      tables.append(WordTable())
    case "tblLook", "tr", "tblHeader", "gridBefore", "tc", "gridSpan", "vMerge", "hMerge":
      changeTable { $0.open(name, attribute) }
    case "trPr": isInRowProperties = true
    case "altChunk":
      if let part = attribute("r:id").flatMap({ targets[$0] }) { inserted.append((elements.count, part)) }
    case "footnoteReference", "endnoteReference":
      guard let id = attribute("w:id"), !isHidden else { return }
      notes.append((name == "endnoteReference" ? "endnote" : "footnote", id))
      let mark = "[\(notes.count)]"
      change { $0.words.append(mark) }
    case "hyperlink":
      let place = attribute("w:anchor").map { "#" + $0 } ?? ""
      guard let url = attribute("r:id").flatMap({ targets[$0] }).map({ $0 + place }) ?? (place.isEmpty ? nil : place)
      else { return }
      change { $0.open(link: url) }
    case "fldSimple", "fldChar", "instrText", "delInstrText", "checked", "default", "result", "listEntry":
      openField(name, attribute)
    case "rt": isRuby = true
    case "sdt": boxes.begin()
    case "showingPlcHdr": if WordScript.isOn(attribute) { boxes.ask() }
    case "w14:checkbox": boxes.box()
    case "w14:checked": boxes.tick(WordScript.isOn { attribute($0 == "w:val" ? "w14:val" : $0) })
    default: openProperty(name, attribute)
    }
  }

  private mutating func openProperty(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "r":
      runDepth += 1
      run = WordRun()
    case "rPr": runPropertyDepth += 1
    case "pStyle": change { $0.style = attribute("w:val") }
    case "ilvl": change { $0.level = attribute("w:val").flatMap { Int($0) }.map { min(8, max(0, $0)) } }
    case "numId": change { $0.list = attribute("w:val") }
    case "outlineLvl": change { $0.outline = attribute("w:val").flatMap { Int($0) } }
    case "framePr": if attribute("w:dropCap").map({ $0 != "none" }) == true { change { $0.runsOn = true } }
    case "del":
      if isInRowProperties { changeTable { $0.deleteRow() } }
      if isParagraphMark { change { $0.runsOn = true } }
    case "rStyle" where runDepth > 0: run.style = attribute("w:val")
    case "vanish" where runDepth > 0: run.isHidden = WordScript.isOn(attribute)
    case "vertAlign" where runDepth > 0: run.script = WordScript(attribute("w:val"))
    case "position" where runDepth > 0: run.shift = attribute("w:val").flatMap { Int($0) } ?? 0
    case "sz" where runDepth > 0: run.hasSize = true
    case "rFonts" where runDepth > 0: run.font = attribute("w:ascii") ?? attribute("w:hAnsi")
    case "t": isText = true
    case "tab", "ptab": if runDepth > 0, runPropertyDepth == 0 { append("\t") }
    case "br", "cr": append("\n")
    case "noBreakHyphen": append("-")
    case "sym":
      guard let code = attribute("w:char").flatMap({ UInt32($0, radix: 16) }) else { return }
      // A sign that nobody knows was there all the same.
      append(SymbolFonts.text(code, font: attribute("w:font") ?? "Symbol") ?? "\u{FFFD}")
    default: break
    }
  }

  private mutating func openField(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "fldSimple":
      fields.begin()
      fields.add(attribute("w:instr") ?? "")
      answer(fields.separate())
    case "fldChar":
      switch attribute("w:fldCharType") {
      case "begin": fields.begin()
      case "separate": answer(fields.separate())
      case "end": answer(fields.end())
      default: break
      }
    case "instrText": isInstruction = true
    // Of a box in a form.
    case "checked", "default":
      if fields.isInstruction { fields.check(WordScript.isOn(attribute)) }
      if name == "default" { fields.choose(attribute("w:val"), isDefault: true) }
    // Of a list to choose from.
    case "result": fields.choose(attribute("w:val"), isDefault: false)
    case "listEntry": fields.offer(attribute("w:val"))
    default: break
    }
  }

  private mutating func answer(_ answer: WordFields.Answer?) {
    switch answer {
    case .link(let url): change { $0.open(link: url) }
    case .endOfLink: change { $0.closeLink() }
    case .text(let text): append(text)
    case nil: break
    }
  }

  private mutating func close(_ name: String) {
    switch name {
    case "t": isText = false
    case "rPr": runPropertyDepth -= 1
    case "r":
      runDepth -= 1
      run = WordRun()
    case "instrText": isInstruction = false
    case "fldSimple": answer(fields.end())
    case "trPr": isInRowProperties = false
    case "hyperlink": change { $0.closeLink() }
    case "rt": isRuby = false
    case "sdt": boxes.end()
    case "ruby":
      let reading = ruby
      ruby = ""
      if !reading.isEmpty { append("(\(reading))") }
    case "p": if let paragraph = paragraphs.popLast() { finish(paragraph) }
    case "tc":
      finish()
      changeTable { $0.closeCell() }
    case "tr": changeTable { $0.closeRow() }
    case "tbl": if let table = tables.popLast() { finish(table) }
    default: break
    }
  }

  private mutating func finish(_ table: WordTable) {
    guard let table = table.table else { return }
    if tables.isEmpty {
      elements.append(DocumentElement(.table, "", table: table))
    } else {
      // A table in a cell is that cell's text.
      changeTable { $0.text += table.cells.map(\.text).filter { !$0.isEmpty } }
    }
  }

  private mutating func finish(_ paragraph: WordParagraph) {
    var paragraph = paragraph
    paragraph.closeLink()
    if paragraph.runsOn {
      running = paragraph
      return
    }
    let isCode = styles.isCode(paragraph.style)
    let text = isCode ? Self.trimmed(paragraph.words.text) : Self.spaced(paragraph.words.text)
    // Empty paragraphs of a list count, too.
    let (marker, level) = marker(paragraph)
    guard !text.isEmpty, !styles.isContents(paragraph.style) else { return }
    if !tables.isEmpty {
      let isHeading = styles.isTableHeading(paragraph.style)
      changeTable { $0.add((marker == "- " ? "" : marker ?? "") + text, isHeading: isHeading) }
      return
    }
    if let level = styles.titleLevel(paragraph.style) ?? paragraph.outline.flatMap({ $0 < 6 ? $0 + 1 : nil }) {
      if title == nil, styles.isTitle(paragraph.style) { title = text }
      let number = marker == "- " ? "" : marker ?? ""
      elements.append(
        DocumentElement(
          .title, number + text.split(separator: "\n").joined(separator: " "), level: level, links: paragraph.links))
    } else if isCode {
      // Each line of a listing is a paragraph.
      if let last = elements.last, last.kind == .code {
        elements[elements.count - 1].text += "\n" + text
      } else {
        elements.append(DocumentElement(.code, text))
      }
    } else if styles.isCaption(paragraph.style) {
      elements.append(DocumentElement(.caption, text, links: paragraph.links))
    } else if let marker, !marker.isEmpty {
      elements.append(DocumentElement(.listItem, marker + text, level: level + 1, links: paragraph.links))
    } else {
      elements.append(DocumentElement(.text, text, links: paragraph.links))
    }
  }

  /// What the list that a paragraph is in shows before it, and its level there; `nil` when it is in none.
  private mutating func marker(_ paragraph: WordParagraph) -> (String?, Int) {
    let style = styles.numbering(paragraph.style)
    guard let list = paragraph.list ?? style?.list, list != "0" else { return (nil, 0) }
    let byStyle = style.flatMap { $0.level ?? numbering.level(of: list, style: $0.style) }
    let level = paragraph.level ?? byStyle ?? paragraph.style.flatMap { numbering.level(of: list, style: $0) } ?? 0
    return (numbering.marker(list, level), level)
  }

  private static func spaced(_ text: String) -> String {
    text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" || $0 == "\u{A0}" }.joined(separator: " ") }
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
