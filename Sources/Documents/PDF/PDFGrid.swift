import Foundations

/// A grid of ruling lines on a page: where its columns and rows are, and which of its cells are one.
struct PDFGrid {
  /// The upright and level lines, from left to right and from top to bottom.
  let columns: [Double]
  let rows: [Double]
  /// By row, by column: the number of the cell that the place belongs to.
  let cells: [[Int]]

  var box: PageBox {
    PageBox(left: columns[0], top: rows[0], right: columns[columns.count - 1], bottom: rows[rows.count - 1])
  }

  /// The grids that the rules of a page draw, from top to bottom.
  static func find(_ rules: [PDFRule]) -> [PDFGrid] {
    let level = merged(rules.filter(\.isLevel))
    let upright = merged(rules.filter { !$0.isLevel })
    guard level.count >= 2, upright.count >= 2, level.count * upright.count < 4_000_000 else { return [] }
    return components(level, upright).compactMap { PDFGrid($0.level, $0.upright) }.sorted { $0.box.top < $1.box.top }
  }

  /// Pieces of one line joined: dashes, and the borders of neighbouring cells.
  static func merged(_ rules: [PDFRule]) -> [PDFRule] {
    var result: [PDFRule] = []
    var group: [PDFRule] = []
    func flush() {
      var open: PDFRule?
      for rule in group.sorted(by: { $0.from < $1.from }) {
        if var last = open {
          if rule.from - last.to <= 3 {
            last.to = max(last.to, rule.to)
            last.isEdge = last.isEdge && rule.isEdge
            open = last
            continue
          }
          result.append(last)
        }
        open = rule
      }
      if let open { result.append(open) }
      group = []
    }
    for rule in rules.sorted(by: { $0.at < $1.at }) {
      if let first = group.first, rule.at - first.at > 1.5 { flush() }
      group.append(rule)
    }
    flush()
    return result.filter { $0.length >= 5 }
  }

  /// Lines that touch each other, directly or through others.
  private static func components(_ level: [PDFRule], _ upright: [PDFRule]) -> [(level: [PDFRule], upright: [PDFRule])] {
    var parent = Array(0..<(level.count + upright.count))
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index {
        parent[index] = parent[parent[index]]
        index = parent[index]
      }
      return index
    }
    for (i, line) in level.enumerated() {
      for (j, other) in upright.enumerated()
      where other.at >= line.from - 3 && other.at <= line.to + 3 && line.at >= other.from - 3 && line.at <= other.to + 3
      {
        parent[root(i)] = root(level.count + j)
      }
    }
    var found: [Int: (level: [PDFRule], upright: [PDFRule])] = [:]
    for (i, line) in level.enumerated() { found[root(i), default: ([], [])].level.append(line) }
    for (j, line) in upright.enumerated() { found[root(level.count + j), default: ([], [])].upright.append(line) }
    return Array(found.values)
  }

  private static func places(_ rules: [PDFRule]) -> [Double] {
    var places: [Double] = []
    for at in rules.map(\.at).sorted() where places.last.map({ at - $0 > 3 }) ?? true { places.append(at) }
    return places
  }

  private init?(_ level: [PDFRule], _ upright: [PDFRule]) {
    guard level.count >= 2, upright.count >= 2 else { return nil }
    columns = Self.places(upright)
    rows = Self.places(level)
    let (width, height) = (columns.count - 1, rows.count - 1)
    guard width >= 1, height >= 1, width * height >= 2, width <= 200, height <= 500 else { return nil }
    /// Whether lines at `at` cover most of the way between two others.
    func covers(_ rules: [PDFRule], _ at: Double, _ from: Double, _ to: Double) -> Bool {
      var covered = 0.0
      for rule in rules where abs(rule.at - at) <= 3.2 { covered += max(0, min(rule.to, to) - max(rule.from, from)) }
      return covered > 0.6 * (to - from)
    }
    var parent = Array(0..<(width * height))
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index { index = parent[index] }
      return index
    }
    for row in 0..<height {
      for column in 0..<width {
        let index = row * width + column
        if column + 1 < width, !covers(upright, columns[column + 1], rows[row], rows[row + 1]) {
          parent[root(index + 1)] = root(index)
        }
        if row + 1 < height, !covers(level, rows[row + 1], columns[column], columns[column + 1]) {
          parent[root(index + width)] = root(index)
        }
      }
    }
    cells = (0..<height).map { row in (0..<width).map { root(row * width + $0) } }
  }
}
