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

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

  private static func attribute(_ name: String, _ handle: OpaquePointer) -> String? {
    guard let value = cxml2_attribute(handle, name) else { return nil }
    defer { cxml2_free(value) }
    return String(cString: value)
  }
}
