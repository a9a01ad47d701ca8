extension JSONValue {
  /// The one canonical serialization: keys sorted, no white space, shortest round-trip numbers,
  /// only what must be escaped escaped (in the spirit of RFC 8785).
  package var canonicalBytes: [UInt8] {
    var writer = JSONWriter(indent: nil)
    writer.write(self)
    return writer.bytes
  }

  /// The canonical serialization as text.
  package var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// For people: two spaces of indent, a line per member.
  package var prettyText: String {
    var writer = JSONWriter(indent: 2)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension JSONObject {
  /// The one serialization of the object.
  package var canonicalBytes: [UInt8] { JSONValue.object(self).canonicalBytes }
}

/// Serializes JSON values into bytes.
package struct JSONWriter {
  /// What was written.
  package private(set) var bytes: [UInt8] = []
  private let indent: Int?
  private var depth = 0

  package init(indent: Int?) {
    self.indent = indent
    // Most records are of about this size; growing step by step copies them several times.
    bytes.reserveCapacity(512)
  }

  /// Writes a value with all that is in it.
  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .int(let value): append(String(value))
    case .double(let value): write(value)
    case .string(let value): write(value)
    case .array(let values):
      list(open: "[", close: "]", isEmpty: values.isEmpty) { writer in
        for (index, value) in values.enumerated() {
          if index > 0 { writer.separator() }
          writer.write(value)
        }
      }
    case .object(let object):
      list(open: "{", close: "}", isEmpty: object.isEmpty) { writer in
        for (index, member) in object.members.enumerated() {
          if index > 0 { writer.separator() }
          writer.write(member.key)
          writer.append(writer.indent == nil ? ":" : ": ")
          writer.write(member.value)
        }
      }
    }
  }

  private mutating func list(
    open: StaticString, close: StaticString, isEmpty: Bool, _ body: (inout JSONWriter) -> Void
  ) {
    append(open)
    if !isEmpty {
      depth += 1
      newline()
      body(&self)
      depth -= 1
      newline()
    }
    append(close)
  }

  private mutating func separator() {
    append(",")
    newline()
  }

  private mutating func newline() {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * depth))
  }

  private mutating func append(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func write(_ number: Double) {
    // JSON has no way to say NaN or infinity: null is what JavaScript writes.
    guard number.isFinite else { return append("null") }
    if let whole = Int64(exactly: number), abs(whole) < 1 << 53 {
      append("\(whole).0")
    } else {
      append("\(number)")
    }
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in utf8.indices {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
          continue
        }
        bytes.append(contentsOf: utf8[start..<index])
        start = index + 1
        switch byte {
        case UInt8(ascii: "\""): append("\\\"" as StaticString)
        case UInt8(ascii: "\\"): append("\\\\" as StaticString)
        case UInt8(ascii: "\n"): append("\\n" as StaticString)
        case UInt8(ascii: "\r"): append("\\r" as StaticString)
        case UInt8(ascii: "\t"): append("\\t" as StaticString)
        default:
          append("\\u00" as StaticString)
          bytes.append(Self.hexDigit(byte >> 4))
          bytes.append(Self.hexDigit(byte & 15))
        }
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
