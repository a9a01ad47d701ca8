import Foundations
import Glibc
import StageKit

/// The files that a command made for each item, and beside them the records, which say which file is whose (`path`).
struct ItemFilesExporter: DatasetExporter {
  /// How a file is called.
  enum Naming: String { case byID, asMade }

  let naming: Naming
  let version = 2
  var identity: String { naming == .byID ? "\(Self.self)" : "\(Self.self) \(naming)" }

  func export(_ dataset: any DatasetReader, to directory: String) throws {
    let path = Path.join(directory, PublishedFile.items)
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var buffer: [UInt8] = []
    try dataset.forEach { item in
      var record = Document(members: try item.named())
      let made = naming == .asMade ? record.path : nil
      // The name in a record is a file's name already.
      var name = made ?? BodyExporter.fileName(item.id)
      if name == PublishedFile.items { name = "%69" + name.dropFirst() }
      try BodyExporter.write(item, to: Path.join(directory, name)) { try dataset.body($0) }
      record.path = name
      buffer += record.members.canonicalBytes + [UInt8(ascii: "\n")]
      guard buffer.count > 1 << 20 else { return }
      try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
      buffer.removeAll(keepingCapacity: true)
    }
    try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
  }
}
