import CCSV
import Foundations

/// CSV by libcsv (RFC 4180, in strict mode), the first row naming the fields.
enum CSVReader {
  private final class Collector {
    var rows: [[String]] = []
    var current: [String] = []
    var lines: [Int] = []
    var line = 1
  }

  /// - Throws: `SluiceError` with the place of the first mistake.
  static func rows(_ bytes: [UInt8], separator: Unicode.Scalar, name: String) throws -> [(
    record: JSONObject, line: Int
  )] {
    var parser = csv_parser()
    guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI)) == 0 else {
      throw SluiceError(.system, "the CSV parser cannot be made")
    }
    defer { csv_free(&parser) }
    csv_set_delim(&parser, UInt8(separator.value))
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let collector = Collector()
    let opaque = Unmanaged.passUnretained(collector).toOpaque()
    let onField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void =
      { field, length, raw in
        guard let raw else { return }
        let collector = Unmanaged<Collector>.fromOpaque(raw).takeUnretainedValue()
        collector.current.append(
          String(decoding: UnsafeRawBufferPointer(start: field, count: length), as: UTF8.self))
      }
    let onRow: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { _, raw in
      guard let raw else { return }
      let collector = Unmanaged<Collector>.fromOpaque(raw).takeUnretainedValue()
      collector.rows.append(collector.current)
      collector.current = []
    }
    let parsed = csv_parse(&parser, body, body.count, onField, onRow, opaque)
    guard parsed == body.count, csv_fini(&parser, onField, onRow, opaque) == 0 else {
      let line = body[..<min(parsed, body.count)].count { $0 == UInt8(ascii: "\n") } + 1
      throw SluiceError(
        .badInput, "\(name):\(line): not CSV: \(String(cString: csv_strerror(csv_error(&parser))))",
        advice: "A quotation mark inside a quoted field is written twice.")
    }
    guard let header = collector.rows.first else { return [] }
    let fields = header.map { $0.trimmingSpaces }
    if let repeated = Dictionary(grouping: fields, by: \.self).first(where: { $0.value.count > 1 })?
      .key
    {
      throw SluiceError(.badInput, "\(name):1: the column '\(repeated)' stands twice in the header")
    }
    return collector.rows.dropFirst().enumerated().compactMap { index, row in
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
