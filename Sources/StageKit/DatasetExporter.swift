import Foundations
import Glibc

/// Writes a dataset in the form in which people open it.
package protocol DatasetExporter: Sendable {
  /// Raised when the files would look different for the same dataset.
  var version: Int { get }
  /// Tells exporters apart that write other files of the same dataset.
  var identity: String { get }
  /// Whether each item is some whole lines of the files, which say nothing of other items and keep their order without
  /// them: what is published can lose items without being written anew.
  var writesLines: Bool { get }
  /// Writes files into an empty directory; equal datasets give equal bytes.
  func export(_ dataset: any DatasetReader, to directory: String) throws
}

extension DatasetExporter {
  package var identity: String { "\(Self.self)" }
  package var writesLines: Bool { false }
}

/// The records as JSON Lines, in the order of ids, each with its `id`.
package struct JSONLinesExporter: DatasetExporter {
  package let version = 1
  package let writesLines = true
  package var identity: String { "jsonl \(fileName)" }
  private let fileName: String

  package init(fileName: String) { self.fileName = fileName }

  package func export(_ dataset: any DatasetReader, to directory: String) throws {
    let path = Path.join(directory, fileName)
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL)
    var buffer: [UInt8] = []
    func flush() throws {
      try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
      buffer.removeAll(keepingCapacity: true)
    }
    try dataset.forEach { item in
      try Self.append(item, to: &buffer)
      if buffer.count > 1 << 20 { try flush() }
    }
    try flush()
  }

  private static let idMember = Array("\"id\":".utf8)

  /// Adds the item as a line that begins with its id.
  package static func append(_ item: Item, to buffer: inout [UInt8]) throws {
    var bytes = item.record.bytes
    // Only a record that may have an id of its own must be read to be rid of it.
    if ByteSearch.range(of: idMember, in: bytes) != nil {
      var object = try item.record.object()
      object["id"] = nil
      bytes = object.canonicalBytes
    }
    buffer.append(contentsOf: "{\"id\":".utf8)
    buffer.append(contentsOf: JSONValue.string(item.id).canonicalBytes)
    if bytes.count > 2 { buffer.append(UInt8(ascii: ",")) }
    buffer.append(contentsOf: bytes.dropFirst())
    buffer.append(UInt8(ascii: "\n"))
  }
}
