import Foundations
import StageKit

/// The files that a command made for each item, and beside them the records.
struct ItemFilesExporter: DatasetExporter {
  /// How a file is called.
  enum Naming: String { case byID, asMade }

  let naming: Naming
  let version = 1
  var identity: String { naming == .byID ? "\(Self.self)" : "\(Self.self) \(naming)" }
  private static let list = "items.jsonl"

  func export(_ dataset: any DatasetReader, to directory: String) throws {
    try JSONLinesExporter(fileName: Self.list).export(dataset, to: directory)
    try dataset.forEach { item in
      let made = naming == .asMade ? try item.record.object()["path"]?.string : nil
      // The name in a record is a file's name already.
      var name = made ?? BodyExporter.fileName(item.id)
      if name == Self.list { name = "%69" + name.dropFirst() }
      try BodyExporter.write(item, to: Path.join(directory, name)) { try dataset.body($0) }
    }
  }
}
