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
  /// - Parameter names: what names are called by where they come from; without it, elements have their local names and
  ///   attributes are found by the letters that the document writes.
  /// - Throws: `SluiceError` when the document is not well-formed; what was reported before belongs to half a document.
  package static func read(_ bytes: [UInt8], name: String, names: XMLNames? = nil, _ body: (Event) throws -> Void)
    throws
  {
    if let reason = cxml2_load() {
      throw SluiceError(
        .missing, "libxml2 cannot be used: \(String(cString: reason))", advice: "Install it: apt-get install libxml2")
    }
    try checkAttributes(bytes, name)
    try bytes.withUnsafeBytes { raw in
      guard let handle = cxml2_open(raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: raw.count))
      else { throw SluiceError(.badInput, "\(name) is empty") }
      let reader = Reader(handle)
      var called = ElementNames(names)
      while true {
        switch cxml2_next(reader.handle) {
        case CXML2_OPENING: try body(.opening(called.name(reader.handle), { attribute($0, reader.handle, names) }))
        case CXML2_EMPTY:
          let element = called.name(reader.handle)
          try body(.opening(element, { attribute($0, reader.handle, names) }))
          try body(.closing(element))
        case CXML2_CLOSING: try body(.closing(called.name(reader.handle)))
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

  fileprivate static func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

  private static func attribute(_ name: String, _ handle: OpaquePointer, _ names: XMLNames?) -> String? {
    if let names, let colon = name.firstIndex(of: ":"), let spaces = names.spaces[String(name[..<colon])] {
      let local = String(name[name.index(after: colon)...])
      return spaces.lazy.compactMap { taken(cxml2_attribute_of(handle, local, $0)) }.first
    }
    return taken(cxml2_attribute(handle, name))
  }

  private static func taken(_ value: UnsafeMutablePointer<CChar>?) -> String? {
    guard let value else { return nil }
    defer { cxml2_free(value) }
    return String(cString: value)
  }

  /// What elements are called. libxml2 keeps one copy of each namespace: they are told apart by their places.
  private struct ElementNames {
    private let names: XMLNames?
    private var last: (space: UnsafePointer<CChar>?, prefix: String) = (nil, "")
    private var isKnown = false
    /// The root's, where that is the format's own.
    private var root: UnsafePointer<CChar>?
    /// What stands right in an RDF is the format's own as well.
    private var isInRDF = false
    private var inner: UnsafePointer<CChar>?

    init(_ names: XMLNames?) { self.names = names }

    mutating func name(_ handle: OpaquePointer) -> String {
      let local = XMLEvents.text(cxml2_name(handle))
      guard let names else { return local }
      let space = cxml2_namespace(handle)
      if !isKnown && names.takesRoot {
        root = space
        isInRDF = local == "RDF"
      } else if isInRDF {
        inner = space
        isInRDF = false
      }
      if !isKnown || space != last.space {
        last = (
          space,
          space == root || space != nil && space == inner
            ? "" : space.map { names.prefixes[String(cString: $0)] ?? "?:" } ?? ""
        )
        isKnown = true
      }
      return last.prefix.isEmpty ? local : last.prefix + local
    }
  }
}
