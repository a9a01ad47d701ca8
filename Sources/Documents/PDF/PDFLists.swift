import Foundations

/// Finds the items of lists among the blocks: bullets, and labels that are part of a sequence, since a single
/// `1.` may be anything. Depth comes from indentation.
struct PDFLists {
  struct Item {
    let label: PDFParagraphs.Label
    var level: Int
    let reason: String

    /// The text with a bullet written as `-`; numbers and letters stay.
    func text(_ text: String) -> String {
      guard label == .bullet else { return text }
      return "- " + String(text.unicodeScalars.drop { $0 != " " }.drop { $0 == " " })
    }
  }

  /// By the index of the block.
  private(set) var items: [Int: Item] = [:]

  init(_ blocks: [PDFBlock]) {
    var labels: [Int: (label: PDFParagraphs.Label, left: Double)] = [:]
    for (index, block) in blocks.enumerated() {
      guard case .text = block.kind, let first = block.lines.first,
        let label = PDFParagraphs.label(first.text) ?? PDFParagraphs.capital(first.text)
      else {
        continue
      }
      labels[index] = (label, first.box.left)
    }
    for (index, entry) in labels {
      switch entry.label {
      case .bullet: items[index] = Item(label: .bullet, level: 1, reason: "begins with a bullet")
      case .number, .letter, .capital: break
      }
    }
    dropNotes(blocks)
    findSequences(labels)
    nest(blocks, labels)
  }

  private enum Kind { case number, letter, capital }

  /// A star that stands alone marks a note.
  private mutating func dropNotes(_ blocks: [PDFBlock]) {
    let stars = items.keys.filter { index in
      blocks[index].lines.first?.text.unicodeScalars.first.map { $0 == "*" || $0 == "∗" } ?? false
    }
    for index in stars where !stars.contains(where: { $0 != index && abs($0 - index) <= 12 }) { items[index] = nil }
  }

  private mutating func findSequences(_ labels: [Int: (label: PDFParagraphs.Label, left: Double)]) {
    // The last label of each indentation.
    var open: [(index: Int, value: Int, kind: Kind, left: Double)] = []
    for index in labels.keys.sorted() {
      guard let entry = labels[index] else { continue }
      let value: Int
      let kind: Kind
      switch entry.label {
      case .bullet: continue
      case .number(let number): (value, kind) = (number, .number)
      case .letter(let number): (value, kind) = (number, .letter)
      case .capital(let number): (value, kind) = (number, .capital)
      }
      open.removeAll { index - $0.index > 12 }
      if let before = open.last(where: {
        $0.kind == kind && $0.value + 1 == value && abs($0.left - entry.left) < 30
      }) {
        let reason = "labels that count on"
        for place in [before.index, index] where items[place] == nil {
          if let label = labels[place]?.label { items[place] = Item(label: label, level: 1, reason: reason) }
        }
      }
      open.append((index, value, kind, entry.left))
    }
  }

  /// Depth by indentation among the items of one list: a list ends where other text stands as far out as it.
  private mutating func nest(_ blocks: [PDFBlock], _ labels: [Int: (label: PDFParagraphs.Label, left: Double)]) {
    var lefts: [Double] = []
    var page = 0
    for (index, block) in blocks.enumerated() {
      guard var item = items[index], let left = labels[index]?.left else {
        if case .heading = block.kind { lefts = [] }
        if case .text = block.kind, let first = lefts.first, block.page == page, block.box.left < first + 2 {
          lefts = []
        }
        continue
      }
      // Margins of left and right pages differ; columns do, too.
      if block.page != page || lefts.first.map({ abs($0 - left) > 150 }) == true { lefts = [] }
      page = block.page
      while let last = lefts.last, left < last - 4 { lefts.removeLast() }
      if lefts.last.map({ left > $0 + 4 }) ?? true { lefts.append(left) }
      item.level = min(6, max(1, lefts.count))
      items[index] = item
    }
  }
}
