import Formats
import Foundations
import StageKit

/// Records from CSV, the first row naming the fields.
enum CSVRecords {
  /// - Throws: `SluiceError` with the place of the first mistake.
  static func rows(_ bytes: [UInt8], separator: Unicode.Scalar, name: String) throws -> [(
    record: Result<JSONObject, ItemFailure>, line: Int
  )] {
    let rows = try CSVRows.read(bytes, separator: separator, name: name)
    guard let header = rows.first else { return [] }
    let fields = header.map { $0.trimmingSpaces }
    if let repeated = Dictionary(grouping: fields.filter { !$0.isEmpty }, by: \.self).first(where: {
      $0.value.count > 1
    })?
    .key {
      throw SluiceError(.badInput, "\(name):1: the column '\(repeated)' stands twice in the header")
    }
    // A field in quotes may have lines of its own.
    var line = 1 + lineBreaks(header)
    return rows.dropFirst().compactMap { row in
      line += 1
      defer { line += lineBreaks(row) }
      if row.allSatisfy(\.isEmpty) { return nil }
      return (record(row, fields, "\(name):\(line)"), line)
    }
  }

  private static func lineBreaks(_ row: [String]) -> Int {
    row.reduce(0) { $0 + $1.utf8.count { $0 == UInt8(ascii: "\n") } }
  }

  /// What has no column to stand in is not cut off: the row is refused.
  private static func record(_ row: [String], _ fields: [String], _ place: String) -> Result<JSONObject, ItemFailure> {
    if let extra = row.dropFirst(fields.count).first(where: { !$0.isEmpty }) {
      return .failure(
        ItemFailure(
          kind: "malformed_row",
          message:
            "\(place): the row has \(row.count) fields, the header \(fields.count); '\(extra.prefix(40))' is one too many: is a quotation mark missing?"
        ))
    }
    var record = JSONObject()
    for (index, (field, value)) in zip(fields, row).enumerated() where !value.isEmpty {
      if field.isEmpty {
        return .failure(
          ItemFailure(
            kind: "malformed_row", message: "\(place): column \(index + 1) has a value and no name in the header"))
      }
      record[field] = .string(value)
    }
    return .success(record)
  }
}

extension String {
  /// Without spaces at both ends.
  fileprivate var trimmingSpaces: String {
    var view = self[...]
    while view.first == " " { view.removeFirst() }
    while view.last == " " { view.removeLast() }
    return String(view)
  }
}
