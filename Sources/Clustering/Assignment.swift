/// The pairing of rows with columns of the greatest total score (Kuhn 1955, as Jonker and Volgenant do it).
package enum Assignment {
  /// A row and a column that may be paired.
  package struct Pair: Sendable, Hashable {
    package let row: Int
    package let column: Int
    /// Above 0.
    package let score: Double
  }

  /// The best pairing that takes each row and column at most once, in the order of rows.
  ///
  /// Pairs that are not given cannot be taken. Parts of the graph without connection are solved each for itself, so
  /// that many rows with few candidates each cost little.
  package static func best(_ pairs: [Pair]) -> [Pair] {
    var rows: [Int: [Pair]] = [:]
    var columns: [Int: [Pair]] = [:]
    for pair in pairs where pair.score > 0 {
      rows[pair.row, default: []].append(pair)
      columns[pair.column, default: []].append(pair)
    }
    var seen: Set<Int> = []
    var chosen: [Pair] = []
    for start in rows.keys.sorted() where !seen.contains(start) {
      var part: [Pair] = []
      var reached: Set<Int> = []
      var stack = [start]
      seen.insert(start)
      while let row = stack.popLast() {
        for pair in rows[row] ?? [] {
          part.append(pair)
          guard reached.insert(pair.column).inserted else { continue }
          for other in columns[pair.column] ?? [] where seen.insert(other.row).inserted { stack.append(other.row) }
        }
      }
      chosen += solve(part)
    }
    return chosen.sorted { $0.row < $1.row }
  }

  /// The Hungarian method with potentials, O(rows² · columns); pairs that are not there score 0 and are left out again.
  private static func solve(_ pairs: [Pair]) -> [Pair] {
    if pairs.count == 1 { return pairs }
    let rowNumbers = Set(pairs.map(\.row)).sorted()
    let columnNumbers = Set(pairs.map(\.column)).sorted()
    let rowAt = Dictionary(uniqueKeysWithValues: rowNumbers.enumerated().map { ($1, $0 + 1) })
    let columnAt = Dictionary(uniqueKeysWithValues: columnNumbers.enumerated().map { ($1, $0 + 1) })
    let height = rowNumbers.count
    // As many empty columns as rows: a row may stay alone.
    let width = columnNumbers.count + height
    var cost = [[Double]](repeating: [Double](repeating: 0, count: width + 1), count: height + 1)
    // Where each pair stands in the table, which begins at 1.
    let places = pairs.map { pair in
      guard let row = rowAt[pair.row], let column = columnAt[pair.column] else {
        preconditionFailure("every row and column of a pair has a number")
      }
      return (row: row, column: column)
    }
    for (pair, place) in zip(pairs, places) { cost[place.row][place.column] = -pair.score }
    var u = [Double](repeating: 0, count: height + 1)
    var v = [Double](repeating: 0, count: width + 1)
    var match = [Int](repeating: 0, count: width + 1)
    for row in 1...height {
      match[0] = row
      var least = [Double](repeating: .infinity, count: width + 1)
      var way = [Int](repeating: 0, count: width + 1)
      var used = [Bool](repeating: false, count: width + 1)
      var column = 0
      repeat {
        used[column] = true
        let current = match[column]
        var delta = Double.infinity
        var next = 0
        for candidate in 1...width where !used[candidate] {
          let reduced = cost[current][candidate] - u[current] - v[candidate]
          if reduced < least[candidate] { (least[candidate], way[candidate]) = (reduced, column) }
          if least[candidate] < delta { (delta, next) = (least[candidate], candidate) }
        }
        for other in 0...width {
          if used[other] {
            u[match[other]] += delta
            v[other] -= delta
          } else {
            least[other] -= delta
          }
        }
        column = next
      } while match[column] != 0
      while column != 0 {
        match[column] = match[way[column]]
        column = way[column]
      }
    }
    return zip(pairs, places).filter { match[$0.1.column] == $0.1.row }.map(\.0)
  }
}
