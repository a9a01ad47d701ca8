import Foundations

/// The order in which people read shapes on a slide: parted by lines that run between them, first across, then down.
enum ShapeOrder {
  /// The numbers of boxes in the order of reading; those without a box keep their places at the end.
  static func sorted(_ boxes: [PageBox?]) -> [Int] {
    let placed = boxes.indices.filter { boxes[$0] != nil }
    return order(placed, boxes.map { $0 ?? PageBox(left: 0, top: 0, right: 0, bottom: 0) }, 0)
      + boxes.indices.filter { boxes[$0] == nil }
  }

  private static func order(_ indices: [Int], _ boxes: [PageBox], _ depth: Int) -> [Int] {
    guard indices.count > 1, depth < 40 else { return indices }
    let rows = parts(indices) { (boxes[$0].top, boxes[$0].bottom) }
    if rows.count > 1 {
      return headed(rows, boxes).flatMap { group in
        group.columns.isEmpty
          ? order(group.row, boxes, depth + 1) : group.columns.flatMap { order($0, boxes, depth + 1) }
      }
    }
    let columns = parts(indices) { (boxes[$0].left, boxes[$0].right) }
    if columns.count > 1 { return columns.flatMap { order($0, boxes, depth + 1) } }
    return indices.sorted { (boxes[$0].top, boxes[$0].left, $0) < (boxes[$1].top, boxes[$1].left, $1) }
  }

  /// Rows, those that stand as heads over columns put together with them: each head is read with what stands below it.
  private static func headed(_ rows: [[Int]], _ boxes: [PageBox]) -> [(row: [Int], columns: [[Int]])] {
    func height(_ row: [Int]) -> Double {
      row.reduce(0) { max($0, boxes[$1].bottom) } - row.reduce(.infinity) { min($0, boxes[$1].top) }
    }
    var groups: [(row: [Int], columns: [[Int]])] = []
    var index = 0
    while index < rows.count {
      let heads = parts(rows[index]) { (boxes[$0].left, boxes[$0].right) }
      if index + 1 < rows.count, heads.count > 1, height(rows[index]) * 2 < height(rows[index + 1]) {
        let bodies = parts(rows[index + 1]) { (boxes[$0].left, boxes[$0].right) }
        let isOver =
          heads.count == bodies.count
          && zip(heads, bodies).allSatisfy { head, body in
            boxes[head[0]].left < boxes[body[0]].right && boxes[body[0]].left < boxes[head[0]].right
          }
        if isOver {
          groups.append(([], zip(heads, bodies).map { $0 + $1 }))
          index += 2
          continue
        }
      }
      groups.append((rows[index], []))
      index += 1
    }
    return groups
  }

  /// Parted where no box reaches over; a hair of overlap is none.
  private static func parts(_ indices: [Int], _ range: (Int) -> (Double, Double)) -> [[Int]] {
    let sorted = indices.sorted { (range($0).0, $0) < (range($1).0, $1) }
    var parts: [[Int]] = []
    var end = -Double.infinity
    for index in sorted {
      let (start, stop) = range(index)
      let slack = min(stop - start, 200) * 0.1
      if start + slack >= end || parts.isEmpty { parts.append([]) }
      parts[parts.count - 1].append(index)
      end = max(end, stop)
    }
    return parts
  }
}
