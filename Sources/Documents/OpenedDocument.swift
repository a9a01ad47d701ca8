import Formats
import Foundations

/// The bytes of a document without what they were packed into for the way, and what they are.
struct OpenedDocument {
  let bytes: [UInt8]
  let source: DocumentSource
  let kind: DocumentKind

  /// The most bytes that a packed document may become.
  private static let mostUnpacked = 512 << 20

  init(_ bytes: [UInt8], _ source: DocumentSource) throws {
    guard Gzip.isPacked(bytes) else {
      (self.bytes, self.source, kind) = (bytes, source, try DocumentKind.of(bytes, source))
      return
    }
    var inner = source
    if let type = source.contentType, type.hasSuffix("gzip") { inner.contentType = nil }
    if let name = source.name, name.lowercased().hasSuffix(".gz") { inner.name = String(name.dropLast(3)) }
    let unpacked: [UInt8]
    do { unpacked = try Gzip.unpacked(bytes, limit: Self.mostUnpacked, name: "the document") } catch {
      throw ItemProblem(error.message.contains("larger") ? "too_large" : "corrupt_archive", error.message)
    }
    guard !Gzip.isPacked(unpacked) else {
      throw ItemProblem("unsupported_type", "the document is packed with gzip more than once")
    }
    (self.bytes, self.source, kind) = (unpacked, inner, try DocumentKind.of(unpacked, inner))
  }
}
