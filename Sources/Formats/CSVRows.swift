import CCSV
import Foundations

/// CSV by libcsv (RFC 4180, in strict mode).
package enum CSVRows {
  private final class Collector {
    var rows: [[String]] = []
    var current: [String] = []
  }

  /// The rows of a file in UTF-8, the first included; a byte order mark is skipped.
  /// - Parameter name: of the file, for messages.
  /// - Throws: `SluiceError.badInput` with the line of the first mistake.
  package static func read(_ bytes: [UInt8], separator: Unicode.Scalar, name: String) throws(SluiceError) -> [[String]]
  {
    var parser = csv_parser()
    guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI)) == 0 else {
      throw SluiceError(.system, "the CSV parser cannot be made")
    }
    defer { csv_free(&parser) }
    csv_set_delim(&parser, UInt8(separator.value))
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let collector = Collector()
    let opaque = Unmanaged.passUnretained(collector).toOpaque()
    let onField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = {
      field, length, raw in
      guard let raw else { return }
      Unmanaged<Collector>.fromOpaque(raw).takeUnretainedValue().current.append(
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
    return withExtendedLifetime(collector) { collector.rows }
  }
}
