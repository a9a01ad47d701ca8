import Foundations

/// The cells of a table in their places, by the WHATWG algorithm for forming a table (4.9.12).
struct HTMLTable {
  struct Place {
    let node: HTMLNode
    var cell: DocumentTable.Cell
  }

  private(set) var places: [Place] = []
  private(set) var captions: [HTMLNode] = []

  /// The most columns and places; what spans further is cut.
  private static let mostColumns = 1_000
  private static let mostPlaces = 500_000

  /// `nil` for a table that only arranges the page.
  init?(_ table: HTMLNode) {
    var groups: [(rows: [HTMLNode], isHead: Bool)] = []
    var feet: [(rows: [HTMLNode], isHead: Bool)] = []
    for child in table.children where child.isElement {
      switch child.tag {
      case .caption: captions.append(child)
      case .thead: groups.append((Self.rows(child), true))
      case .tbody: groups.append((Self.rows(child), false))
      case .tfoot: feet.append((Self.rows(child), false))
      case .tr: groups.append(([child], false))
      default: break
      }
    }
    // Browsers show the first head above the other rows, wherever it stands.
    if let head = groups.firstIndex(where: \.isHead), head > 0 { groups.insert(groups.remove(at: head), at: 0) }
    var top = 0
    for group in groups + feet {
      place(group.rows, from: top, isHead: group.isHead)
      top += group.rows.count
    }
    clip()
    if isLayout(table) { return nil }
  }

  /// A cell over a thousand columns stands over all that there are.
  private mutating func clip() {
    let begun = places.reduce(0) { max($0, $1.cell.column + 1) }
    let width = places.reduce(0) { max($0, $1.cell.column + $1.cell.columnSpan) }
    guard width > 4 * begun + 8 else { return }
    for index in places.indices {
      places[index].cell.columnSpan = min(places[index].cell.columnSpan, begun - places[index].cell.column)
    }
  }

  private static func rows(_ group: HTMLNode) -> [HTMLNode] {
    group.children.filter { $0.isElement && $0.tag == .tr }
  }

  private mutating func place(_ rows: [HTMLNode], from top: Int, isHead: Bool) {
    // For each column, the row from which it is free: cells grow down only to the end of their group.
    var freeFrom: [Int] = []
    for (offset, row) in rows.enumerated() {
      let y = top + offset
      var x = 0
      for node in row.children
      where node.isElement && (node.tag == .td || node.tag == .th) {
        while x < freeFrom.count && freeFrom[x] > y { x += 1 }
        guard x < Self.mostColumns, places.count < Self.mostPlaces else { return }
        let width = min(Self.span(node.attribute("colspan"), most: 1000), Self.mostColumns - x)
        let asked = Self.number(node.attribute("rowspan")) ?? 1
        let left = rows.count - offset
        // A rowspan of 0 reaches to the end of the group.
        let height = asked == 0 ? left : min(left, max(1, asked))
        while freeFrom.count < x + width { freeFrom.append(0) }
        // A cell that is pushed over a longer one does not end it.
        for column in x..<(x + width) { freeFrom[column] = max(freeFrom[column], y + height) }
        places.append(
          Place(
            node: node,
            cell: DocumentTable.Cell(
              row: y, column: x, rowSpan: height, columnSpan: width,
              isHeader: isHead || node.tag == .th, text: "")))
        x += width
      }
    }
  }

  private static func span(_ text: String?, most: Int) -> Int {
    guard let number = number(text), number > 0 else { return 1 }
    return min(number, most)
  }

  /// A number by the WHATWG rules for parsing non-negative integers: what stands behind the digits does not count.
  private static func number(_ text: String?) -> Int? {
    guard var rest = text?.utf8.drop(while: { [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains($0) }) else { return nil }
    if rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
    return digits.isEmpty ? nil : digits.reduce(0) { min($0 * 10 + Int($1) - 48, 1_000_000) }
  }

  /// What the table says of itself decides; otherwise a grid of at least two by two without
  /// tables, headings or forms in its cells holds data.
  private func isLayout(_ table: HTMLNode) -> Bool {
    if let role = table.attribute("role"), role == "presentation" || role == "none" { return true }
    if places.isEmpty { return true }
    if isHeaded { return false }
    if !captions.isEmpty || places.contains(where: { $0.cell.isHeader }) {
      return places.contains { Self.holdsPage($0.node, 0, true) }
    }
    let rows = places.reduce(0) { max($0, $1.cell.row + $1.cell.rowSpan) }
    let columns = places.reduce(0) { max($0, $1.cell.column + $1.cell.columnSpan) }
    if rows < 2 || columns < 2 { return true }
    return places.contains { Self.holdsPage($0.node, 0, false) }
  }

  /// Whether the first row names the columns of the rows below: a table in one of the cells does not dissolve it.
  private var isHeaded: Bool {
    let first = places.filter { $0.cell.row == 0 }
    guard first.count > 1, first.allSatisfy(\.cell.isHeader), places.count > first.count else { return false }
    guard !first.contains(where: { Self.holdsPage($0.node, 0, false) }) else { return false }
    let body = places.filter { $0.cell.row > 0 }
    return body.count { Self.holdsPage($0.node, 0, false) } * 2 <= body.count
  }

  /// Whether a cell holds what cells of data do not.
  private static func holdsPage(_ node: HTMLNode, _ depth: Int, _ onlyTables: Bool) -> Bool {
    guard depth < 64 else { return true }
    for child in node.children where child.isElement {
      switch child.role {
      case .table
      where child.children.contains(where: { $0.isElement && $0.tag != .caption }):
        return true
      case .heading where !onlyTables: return true
      default: break
      }
      if child.tag == .form && !onlyTables { return true }
      if holdsPage(child, depth + 1, onlyTables) { return true }
    }
    return false
  }
}
