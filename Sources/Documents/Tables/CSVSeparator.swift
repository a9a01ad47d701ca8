import Formats
import Foundations

/// What parts the columns of a table, by the evidence of all its lines.
enum CSVSeparator {
  private static let candidates: [Unicode.Scalar] = [",", ";", "\t", "|"]

  static func find(_ text: [UInt8]) -> Unicode.Scalar {
    var start = Array(text.prefix(256 << 10))
    if start.count < text.count, let last = start.lastIndex(of: 10) { start.removeSubrange(last...) }
    var best: (score: Double, columns: Int, separator: Unicode.Scalar) = (0, 0, ",")
    for candidate in candidates where start.contains(UInt8(candidate.value)) {
      guard let rows = try? CSVRows.lenient(start, separator: candidate, name: "") else { continue }
      let counts = rows.filter { !$0.allSatisfy(\.isEmpty) }.map(\.count)
      // The first row of several fields is the header; a title may stand above it.
      guard let header = counts.first(where: { $0 > 1 }) else { continue }
      let alike = counts.count { $0 == header }
      let score = Double(alike) / Double(counts.count)
      if score > best.score + 0.001 || score > best.score - 0.001 && header > best.columns {
        best = (score, header, candidate)
      }
    }
    return best.separator
  }
}
