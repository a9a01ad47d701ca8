import Foundations
import StageKit

/// The files that a command made for each item, by the items' ids, and beside them the records.
struct ItemFilesExporter: DatasetExporter {
  let version = 1
  private static let list = "items.jsonl"

  func export(_ dataset: any DatasetReader, to directory: String) throws {
    try JSONLinesExporter(fileName: Self.list).export(dataset, to: directory)
    try dataset.forEach { item in
      var name = BodyExporter.fileName(item.id)
      if name == Self.list { name = "%69" + name.dropFirst() }
      try BodyExporter.write(item, to: Path.join(directory, name)) { try dataset.body($0) }
    }
  }
}
