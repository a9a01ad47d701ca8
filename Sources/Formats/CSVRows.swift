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
    try parse(bytes, separator, name, options: CSV_STRICT | CSV_STRICT_FINI)
  }

  /// As spreadsheets read a file: a quotation mark inside a field is a sign like any other, and one that begins a field
  /// and is never closed quotes nothing.
  package static func lenient(_ bytes: [UInt8], separator: Unicode.Scalar, name: String) throws(SluiceError)
    -> [[String]]
  {
    do { return try parse(bytes, separator, name, options: 0, mustClose: true) } catch {
      return try parse(bytes, separator, name, options: 0, quote: 0)
    }
  }

  /// libcsv's state inside a field (FIELD_BEGUN).
  private static let inField: Int32 = 2

  private static func parse(
    _ bytes: [UInt8], _ separator: Unicode.Scalar, _ name: String, options: Int32, quote: UInt8? = nil,
    mustClose: Bool = false
  ) throws(SluiceError) -> [[String]] {
    var parser = csv_parser()
    guard csv_init(&parser, UInt8(options)) == 0 else { throw SluiceError(.system, "the CSV parser cannot be made") }
    defer { csv_free(&parser) }
    if let quote { csv_set_quote(&parser, quote) }
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
    if mustClose, parser.quoted != 0, parser.pstate == Self.inField {
      throw SluiceError(.badInput, "\(name): a quotation mark is not closed")
    }
    guard parsed == body.count, csv_fini(&parser, onField, onRow, opaque) == 0 else {
      let line = body[..<min(parsed, body.count)].count { $0 == UInt8(ascii: "\n") } + 1
      throw SluiceError(
        .badInput, "\(name):\(line): not CSV: \(String(cString: csv_strerror(csv_error(&parser))))",
        advice: "A quotation mark inside a quoted field is written twice.")
    }
    return withExtendedLifetime(collector) { collector.rows }
  }
}
