import Formats
import Foundations

/// One slide.
struct Slide {
  private static let attributes = [
    "type", "idx", "x", "y", "cx", "cy", "lvl", "char", "startAt", "baseline", "r:id", "r:dm", "gridSpan", "rowSpan",
    "hMerge", "vMerge", "firstRow", "show", "hidden",
  ]

  private struct Placeholder {
    var box: PageBox?
    var hasBullets = true
  }

  private let archive: ZipArchive
  private let number: Int
  private let targets: [String: String]
  private var layout: [String: Placeholder] = [:]
  private var shapes: [SlideShape] = []
  private var notes: [DocumentElement] = []

  /// `nil` for a slide that is not shown.
  init?(_ archive: ZipArchive, _ part: String, number: Int) throws {
    self.archive = archive
    self.number = number
    targets = try archive.relations(of: part)
    guard let root = try XMLNode.read(archive, part, .presentation, attributes: Self.attributes), root["show"] != "0"
    else { return nil }
    let beside = targets.values.sorted()
    if let master = beside.first(where: { $0.contains("/slideLayouts/") }) {
      let above = try archive.relations(of: master).values.first { $0.contains("/slideMasters/") }
      for part in [above, master].compactMap({ $0 }) { try readLayout(part) }
    }
    if let tree = root.at("cSld", "spTree") { try read(tree, Placement()) }
    if let part = beside.first(where: { $0.contains("/notesSlides/") }) { try readNotes(part) }
  }

  private mutating func readLayout(_ part: String) throws {
    guard let root = try XMLNode.read(archive, part, .presentation, attributes: Self.attributes + ["marL"]) else {
      return
    }
    for shape in root.at("cSld", "spTree")?.all("sp") ?? [] {
      guard let place = shape.at("nvSpPr", "nvPr", "ph") else { continue }
      let bullets = shape.at("txBody", "a:lstStyle", "a:lvl1pPr")
      for key in Self.keys(place) {
        let former = layout[key]
        layout[key] = Placeholder(
          box: Self.box(shape.child("spPr")) ?? former?.box,
          hasBullets: bullets?.child("a:buNone") == nil
            && (bullets?.child("a:buChar") != nil || former?.hasBullets ?? true))
      }
    }
  }

  /// What a placeholder is known by: its number, and its kind.
  private static func keys(_ place: XMLNode) -> [String] {
    [place["idx"].map { "#\($0)" }, place["type"] ?? "body"].compactMap { $0 }
  }

  private static func box(_ properties: XMLNode?) -> PageBox? {
    guard let frame = properties?.child("a:xfrm") ?? properties?.child("xfrm") ?? properties,
      let place = frame.child("a:off"), let size = frame.child("a:ext"), let x = place.int("x"), let y = place.int("y"),
      let width = size.int("cx"), let height = size.int("cy")
    else { return nil }
    // 12,700 of their units are a point.
    return PageBox(
      left: Double(x) / 12_700, top: Double(y) / 12_700, right: (Double(x) + Double(width)) / 12_700,
      bottom: (Double(y) + Double(height)) / 12_700)
  }

  private mutating func read(_ tree: XMLNode, _ placed: Placement) throws {
    for node in tree.children {
      switch node.name {
      case "sp", "cxnSp": try addShape(node, placed)
      case "graphicFrame": try addFrame(node, placed)
      case "grpSp": try read(node, placed.group(node))
      case "mc:AlternateContent":
        if let choice = node.child("mc:Choice") ?? node.child("mc:Fallback") { try read(choice, placed) }
      default: break
      }
    }
  }

  /// How the boxes inside a group lie on the slide.
  private struct Placement {
    var scaleX = 1.0
    var scaleY = 1.0
    var left = 0.0
    var top = 0.0

    func callAsFunction(_ box: PageBox) -> PageBox {
      PageBox(
        left: left + box.left * scaleX, top: top + box.top * scaleY, right: left + box.right * scaleX,
        bottom: top + box.bottom * scaleY)
    }

    /// That of a group inside what is placed so.
    func group(_ node: XMLNode) -> Placement {
      guard let frame = node.at("grpSpPr", "a:xfrm"), let own = Slide.box(node.child("grpSpPr")),
        let start = frame.child("a:chOff"), let size = frame.child("a:chExt"), let x = start.int("x"),
        let y = start.int("y"), let width = size.int("cx"), let height = size.int("cy"), width > 0, height > 0
      else { return self }
      let box = self(own)
      let (scaleX, scaleY) = (box.width * 12_700 / Double(width), box.height * 12_700 / Double(height))
      return Placement(
        scaleX: scaleX, scaleY: scaleY, left: box.left - Double(x) / 12_700 * scaleX,
        top: box.top - Double(y) / 12_700 * scaleY)
    }
  }

  private mutating func addShape(_ node: XMLNode, _ placed: Placement) throws {
    guard let body = node.child("txBody") else { return }
    let place = node.at("nvSpPr", "nvPr", "ph")
    let type = place.map { $0["type"] ?? "body" }
    if let type, ["dt", "ftr", "sldNum", "hdr"].contains(type) { return }
    if node.at("nvSpPr", "cNvPr")?["hidden"] == "1" { return }
    let known = place.flatMap { place in Self.keys(place).compactMap { layout[$0] }.first }
    let isTitle = type == "title" || type == "ctrTitle"
    let isBody = type == "body" || type == "obj"
    var text = SlideText(targets, hasBullets: isBody && known?.hasBullets ?? true)
    text.read(body)
    guard !text.elements.isEmpty else { return }
    var elements = text.elements
    if isTitle {
      let words = elements.map(\.text).joined(separator: " ").split(whereSeparator: \.isNewline).joined(separator: " ")
      elements = [DocumentElement(.title, words, level: 1, links: elements.flatMap(\.links))]
    }
    shapes.append(
      SlideShape(
        box: Self.box(node.child("spPr")).map { placed($0) } ?? known?.box, elements: elements, isTitle: isTitle,
        isPlain: place == nil && elements.count == 1 && elements[0].kind == .text))
  }

  private mutating func addFrame(_ node: XMLNode, _ placed: Placement) throws {
    var elements: [DocumentElement] = []
    if let table = node.first("a:tbl") {
      if let table = SlideTable(table, targets).table { elements = [DocumentElement(.table, "", table: table)] }
    } else if let data = node.first("?:relIds")?["r:dm"].flatMap({ targets[$0] }),
      let root = try XMLNode.read(archive, data, .presentation, attributes: Self.attributes)
    {
      // A drawing that a program made of a list: its words in their order.
      elements = Self.points(root)
    }
    guard !elements.isEmpty else { return }
    shapes.append(SlideShape(box: Self.box(node.child("xfrm")).map { placed($0) }, elements: elements))
  }

  private static func points(_ node: XMLNode) -> [DocumentElement] {
    if node.name == "a:p" {
      let text = node.children.filter { $0.name == "a:r" }.compactMap { $0.child("a:t")?.plain }.joined()
      return text.isEmpty ? [] : [DocumentElement(.listItem, "- " + text, level: 1)]
    }
    return node.children.flatMap(points)
  }

  private mutating func readNotes(_ part: String) throws {
    guard let root = try XMLNode.read(archive, part, .presentation, attributes: Self.attributes) else { return }
    for shape in root.at("cSld", "spTree")?.all("sp") ?? [] {
      guard shape.at("nvSpPr", "nvPr", "ph")?["type"] == "body", let body = shape.child("txBody") else { continue }
      var text = SlideText([:], hasBullets: false)
      text.read(body)
      notes += text.elements
    }
    if let first = notes.first, first.kind == .text { notes[0].text = "Notes: " + first.text }
  }

  var elements: [DocumentElement] { SlideShape.elements(shapes, notes, number: number) }
}
