import CXML2
import Foundations

/// Reads XML event by event through libxml2, which loads nothing from elsewhere and keeps its limits on entities,
/// depth and length.
package enum XMLEvents {
  package enum Event {
    /// The local name, and a function that gives an attribute's value.
    case opening(String, (String) -> String?)
    case closing(String)
    case text(String)
  }

  private final class Reader {
    let handle: OpaquePointer
    init(_ handle: OpaquePointer) { self.handle = handle }
    deinit { cxml2_close(handle) }
  }

  /// Calls `body` with every event in order. An empty element opens and closes.
  /// - Throws: `SluiceError` when the document is not well-formed; what was reported before belongs to half a document.
  package static func read(_ bytes: [UInt8], name: String, _ body: (Event) throws -> Void) throws {
    if let reason = cxml2_load() {
      throw SluiceError(
        .missing, "libxml2 cannot be used: \(String(cString: reason))", advice: "Install it: apt-get install libxml2")
    }
    try checkAttributes(bytes, name)
    try bytes.withUnsafeBytes { raw in
      guard let handle = cxml2_open(raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: raw.count))
      else { throw SluiceError(.badInput, "\(name) is empty") }
      let reader = Reader(handle)
      while true {
        switch cxml2_next(reader.handle) {
        case CXML2_OPENING: try body(.opening(text(cxml2_name(reader.handle)), { attribute($0, reader.handle) }))
        case CXML2_EMPTY:
          let element = text(cxml2_name(reader.handle))
          try body(.opening(element, { attribute($0, reader.handle) }))
          try body(.closing(element))
        case CXML2_CLOSING: try body(.closing(text(cxml2_name(reader.handle))))
        case CXML2_TEXT: try body(.text(text(cxml2_text(reader.handle))))
        case CXML2_END: return
        default:
          var line: Int32 = 0
          let problem = text(cxml2_problem(reader.handle, &line))
          throw SluiceError(.badInput, "\(name):\(line): \(problem)")
        }
      }
    }
  }

  /// More than any format has. libxml2 holds each attribute of an element against all others of it: 100,000 cost it
  /// fifteen seconds.
  private static let mostAttributes = 2_000

  private static let data = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")].map {
    (Array($0.utf8), Array($1.utf8))
  }

  /// Where a comment, a processing instruction or a CDATA section that begins here ends: quotes mean nothing in them.
  private static func behindData(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "!") || bytes[start + 1] == UInt8(ascii: "?") else {
      return nil
    }
    for (opening, closing) in data where bytes[start...].starts(with: opening) {
      return ByteSearch.range(of: closing, in: bytes, from: start + opening.count)?.upperBound ?? bytes.count
    }
    return nil
  }

  private static func checkAttributes(_ bytes: [UInt8], _ name: String) throws {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      if let end = behindData(bytes, index) {
        index = end
        continue
      }
      var count = 0
      var quote: UInt8 = 0
      index += 1
      while index < bytes.count {
        let byte = bytes[index]
        if quote != 0 {
          if byte == quote { quote = 0 }
        } else if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<") {
          break
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
          quote = byte
          count += 1
        }
        index += 1
      }
      guard count <= mostAttributes else {
        throw SluiceError(.badInput, "\(name): an element has more than \(Units.show(mostAttributes)) attributes")
      }
    }
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

  private static func attribute(_ name: String, _ handle: OpaquePointer) -> String? {
    guard let value = cxml2_attribute(handle, name) else { return nil }
    defer { cxml2_free(value) }
    return String(cString: value)
  }
}
