import Foundations
import Glibc

/// Writes a dataset in the form in which people open it.
package protocol DatasetExporter: Sendable {
  /// Raised when the files would look different for the same dataset.
  var version: Int { get }
  /// Writes files into an empty directory; equal datasets give equal bytes.
  func export(_ dataset: any DatasetReader, to directory: String) throws
}

/// The records as JSON Lines, in the order of ids, each with its `id`.
package struct JSONLinesExporter: DatasetExporter {
  package let version = 1
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
      var object = try item.record.object()
      object["id"] = .string(item.id)
      buffer.append(contentsOf: object.canonicalBytes)
      buffer.append(UInt8(ascii: "\n"))
      if buffer.count > 1 << 20 { try flush() }
    }
    try flush()
  }
}
