/// The lines of a block by columns of the screen: letters that are two columns wide fill two.
struct TextGrid {
  /// Letters, 0 for the second half of a wide one.
  var rows: [[UInt32]]

  init(_ lines: [ArraySlice<UInt8>]) { rows = lines.map(Self.columns) }

  private static let space: UInt32 = 0x20

  private static func columns(_ line: ArraySlice<UInt8>) -> [UInt32] {
    var columns: [UInt32] = []
    columns.reserveCapacity(line.count)
    for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
      if scalar == "\t" {
        repeat { columns.append(space) } while columns.count % 8 != 0
        continue
      }
      guard scalar.value >= 0x20 else { continue }
      columns.append(drawn[scalar] ?? scalar.value)
      if LineJoining.isIdeographic(scalar) || (0xAC00...0xD7AF).contains(scalar.value) { columns.append(0) }
    }
    while columns.last == space { columns.removeLast() }
    return columns
  }

  /// Lines that are drawn, as the signs that stand for them.
  private static let drawn: [Unicode.Scalar: UInt32] = {
    var drawn: [Unicode.Scalar: UInt32] = [:]
    for scalar in "─━╌╍┄┅┈┉╴╶".unicodeScalars { drawn[scalar] = 0x2D }
    drawn["═"] = 0x3D
    for scalar in "│┃║╎╏┆┇┊┋".unicodeScalars { drawn[scalar] = 0x7C }
    for value in UInt32(0x250C)...0x254B { if let scalar = Unicode.Scalar(value) { drawn[scalar] = 0x2B } }
    for value in UInt32(0x2552)...0x2570 { if let scalar = Unicode.Scalar(value) { drawn[scalar] = 0x2B } }
    return drawn
  }()

  /// The text between two columns.
  func text(_ row: Int, _ from: Int, _ to: Int) -> String {
    let line = rows[row]
    guard from < line.count, from < to else { return "" }
    var text = String.UnicodeScalarView()
    for value in line[max(0, from)..<min(to, line.count)] where value != 0 {
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    return String(text).split(separator: " ").joined(separator: " ")
  }

  func sign(_ row: Int, _ column: Int) -> UInt8 {
    guard rows[row].indices.contains(column) else { return 0x20 }
    return UInt8(clamping: min(rows[row][column], 0xFF))
  }

  func isBlank(_ row: Int) -> Bool { rows[row].allSatisfy { $0 == Self.space } }

  /// Whether a row has only these signs, and a space perhaps.
  func consists(_ row: Int, of signs: String) -> Bool {
    let values = Set(signs.unicodeScalars.map(\.value))
    return !isBlank(row) && rows[row].allSatisfy { values.contains($0) || $0 == Self.space }
  }

  func indent(_ row: Int) -> Int { rows[row].prefix { $0 == Self.space }.count }
  func last(_ row: Int) -> UInt8 { rows[row].isEmpty ? 0x20 : sign(row, rows[row].count - 1) }
  func first(_ row: Int) -> UInt8 { sign(row, indent(row)) }

  /// The runs of a sign in a row.
  func runs(_ row: Int, of signs: String) -> [Range<Int>] {
    let values = Set(signs.unicodeScalars.map(\.value))
    var runs: [Range<Int>] = []
    for (column, value) in rows[row].enumerated() where values.contains(value) {
      if runs.last?.upperBound == column {
        runs[runs.count - 1] = runs[runs.count - 1].lowerBound..<(column + 1)
      } else {
        runs.append(column..<(column + 1))
      }
    }
    return runs
  }
}
