import Foundations
import Planning
import StageKit
import Store

/// Published lines without those of items that leave: a file of a hundred thousand is copied, not made anew.
struct ThinnedExport: Sendable {
  /// The folder that has all lines.
  let export: String
  /// What it holds.
  let from: StageRecord
  /// What is to be held.
  let to: StageRecord

  /// More than these are sooner written anew than looked for.
  private static let mostLeaving = 256

  /// - Returns: whether it could be done: only of a folder that is as it was published, and has just these lines.
  func write(to folder: String, by exporter: any DatasetExporter, _ session: RunSession) throws -> Bool {
    let (old, new) = (try session.dataset(from.dataset), try session.dataset(to.dataset))
    guard old.count - new.count <= Self.mostLeaving else { return false }
    var builder = DatasetBuilder()
    var areSame = true
    DatasetDifference.merge(old, new) { before, after, isEqual in
      if let before, after == nil {
        builder.append(id: old.id(before), digest: old.digest(before))
      } else if !isEqual {
        areSame = false
      }
    }
    let files = try session.reader.exportedFiles(ofExport: export)
    let place = ExportFolder(export, layout: session.prepared.layout)
    guard areSame, !files.isEmpty else { return false }
    if case .damaged = try place.check(files) { return false }
    let leaving = StoredDataset(
      stage: from.stage, type: from.type, dataset: builder.build(), files: [:], store: session.store)
    try exporter.export(leaving, to: folder)
    for file in files {
      let target = Path.join(folder, file.name)
      guard FileSystem.exists(target),
        let left = Self.lines(
          of: try FileSystem.read("\(session.prepared.layout.exports)/\(export)/\(file.name)"),
          without: try FileSystem.read(target))
      else {
        for name in try FileSystem.list(folder) { try FileSystem.remove(Path.join(folder, name)) }
        return false
      }
      try FileSystem.remove(target)
      try FileSystem.writeReplaceable(left, to: target)
    }
    return true
  }

  /// `nil` when the lines that leave are not all there, in their order.
  static func lines(of whole: [UInt8], without leaving: [UInt8]) -> [UInt8]? {
    var left: [UInt8] = []
    left.reserveCapacity(whole.count)
    var position = 0
    for line in ByteSearch.lines(leaving) {
      let wanted = Array(line) + [UInt8(ascii: "\n")]
      var start = position
      while true {
        guard let found = ByteSearch.range(of: wanted, in: whole, from: start) else { return nil }
        if found.lowerBound == 0 || whole[found.lowerBound - 1] == UInt8(ascii: "\n") {
          left += whole[position..<found.lowerBound]
          position = found.upperBound
          break
        }
        start = found.lowerBound + 1
      }
    }
    return left + whole[position...]
  }
}
