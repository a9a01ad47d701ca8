/// How far two clusterings agree (Hubert and Arabie 1985): 1 for the same, about 0 by chance.
package enum AdjustedRandIndex {
  package static func of(_ a: [Int], _ b: [Int]) -> Double {
    precondition(a.count == b.count)
    func pairs(_ number: Int) -> Double { Double(number) * Double(number - 1) / 2 }
    var cells: [[Int]: Int] = [:]
    var rows: [Int: Int] = [:]
    var columns: [Int: Int] = [:]
    for (x, y) in zip(a, b) {
      cells[[x, y], default: 0] += 1
      rows[x, default: 0] += 1
      columns[y, default: 0] += 1
    }
    let both = cells.values.reduce(0) { $0 + pairs($1) }
    let inA = rows.values.reduce(0) { $0 + pairs($1) }
    let inB = columns.values.reduce(0) { $0 + pairs($1) }
    let expected = inA * inB / max(1, pairs(a.count))
    let most = (inA + inB) / 2
    return most == expected ? 1 : (both - expected) / (most - expected)
  }
}
