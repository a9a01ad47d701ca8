import CSV
import Foundations

/// Records from CSV, the first row naming the fields.
enum CSVRecords {
  /// - Throws: `SluiceError` with the place of the first mistake.
  static func rows(_ bytes: [UInt8], separator: Unicode.Scalar, name: String) throws -> [(
    record: JSONObject, line: Int
  )] {
    let rows = try CSVRows.read(bytes, separator: separator, name: name)
    guard let header = rows.first else { return [] }
    let fields = header.map { $0.trimmingSpaces }
    if let repeated = Dictionary(grouping: fields, by: \.self).first(where: { $0.value.count > 1 })?
      .key
    {
      throw SluiceError(.badInput, "\(name):1: the column '\(repeated)' stands twice in the header")
    }
    return rows.dropFirst().enumerated().compactMap { index, row in
      if row.allSatisfy(\.isEmpty) { return nil }
      var record = JSONObject()
      for (field, value) in zip(fields, row) where !value.isEmpty { record[field] = .string(value) }
      return (record, index + 2)
    }
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
