import Formats
import Foundations

/// OpenDocument in one XML file (`.fodt`, `.fods`, `.fodp`; ODF 1.3, part 3, 3.1.2).
enum FlatOpenDocument {
  private static let space = Array("urn:oasis:names:tc:opendocument:xmlns:office:1.0".utf8)
  /// The root of one declares some forty namespaces before it says what it is.
  private static let longestStart = 16_384

  /// What a text is that has such a document's root; `nil` for all others.
  static func kind(_ bytes: [UInt8]) -> ArchiveKind? {
    var start = bytes.prefix(longestStart)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
    guard start.first(where: { $0 > 0x20 }) == UInt8(ascii: "<"),
      ByteSearch.range(of: space, in: Array(start)) != nil
    else { return nil }
    return root(bytes)
  }

  /// Thrown when the root was read: what comes after it does not count.
  private struct Seen: Error {}

  private static func root(_ bytes: [UInt8]) -> ArchiveKind? {
    var kind: ArchiveKind?
    do {
      try XMLEvents.read(bytes, name: "the document", names: .openDocument) { event in
        guard case .opening(let name, let attribute) = event else { return }
        if name == "office:document" {
          kind = attribute("office:mimetype").flatMap { ArchiveKind.byType($0) } ?? .foreign("an OpenDocument file")
        }
        throw Seen()
      }
    } catch {
      // Not even a root, or all that is wanted.
    }
    return kind
  }

  /// The document without the pictures in it: text of megabytes that no reader needs, and libxml2 refuses.
  static func withoutPictures(_ bytes: [UInt8]) -> [UInt8] {
    let tag = Array("binary-data>".utf8)
    var out: [UInt8] = []
    var from = 0
    while let found = ByteSearch.range(of: tag, in: bytes, from: from) {
      out += bytes[from..<found.upperBound]
      from = found.upperBound
      // Nothing but the prefix of a namespace before it: the words may stand in a text.
      let before = bytes[max(0, found.lowerBound - 64)..<found.lowerBound]
      guard let opening = before.lastIndex(of: UInt8(ascii: "<")),
        before[(opening + 1)...].allSatisfy({
          $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x3A || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
        })
      else { continue }
      from = bytes[from...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    }
    return out + bytes[from...]
  }
}
