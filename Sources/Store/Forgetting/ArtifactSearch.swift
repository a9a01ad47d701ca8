import Foundations
import SQLite
import Synchronization

/// What a search of everything below `artifacts/` for forgotten items found, and what was done before.
package struct ForgettingFindings: Sendable {
  /// A place where something of them is left.
  package struct Finding: Sendable, Equatable {
    /// A file below the artifacts, or an object.
    package let place: String
    /// What stands there: one of the names or pieces.
    package let example: String
    /// How many of them.
    package let count: Int
  }

  package var findings: [Finding] = []
  package var files = 0
  package var bytes = 0
  /// Names that others have in their texts or names as well.
  package var sharedNames: [String] = []
  /// How many pieces of texts others have as well.
  package var sharedPieces = 0
  /// How many objects and rows of the ledger went.
  package var objects = 0
  package var rows = 0

  package var isClean: Bool { findings.isEmpty }
}

/// Searches the bytes of everything below `artifacts/`: files as they are, SQLite's pages with what is free in them,
/// and objects as they read.
package struct ArtifactSearch {
  private let layout: ArtifactLayout
  private let ignored: String

  /// - Parameter ignored: the list of what is looked for.
  init(_ layout: ArtifactLayout, besides ignored: String) {
    self.layout = layout
    self.ignored = ignored
  }

  /// The files below a folder in which one of the needles stands.
  package static func files(in folder: String, holding needles: NeedleSet) throws -> [String] {
    try FileScrub.files(below: folder).filter { try !FileScrub.found(needles, in: $0).isEmpty }
  }

  func find(_ needles: NeedleSet, ids: Set<String>) throws -> ForgettingFindings {
    var result = ForgettingFindings()
    func note(_ place: String, _ found: [Int]) {
      guard let first = found.first else { return }
      let example = String(decoding: needles.needles[first], as: UTF8.self)
      result.findings.append(.init(place: place, example: example, count: found.count))
    }
    let files = try FileScrub.files(below: layout.root).filter { $0 != ignored }
    let inFiles = Mutex([[Int]](repeating: [], count: files.count))
    try Parallel.forEach(count: files.count, threads: Parallel.processors, grain: 1) { index in
      let found = try FileScrub.found(needles, in: files[index])
      if !found.isEmpty { inFiles.withLock { $0[index] = found } }
    }
    for (path, found) in zip(files, inFiles.withLock { $0 }) {
      let name = String(decoding: path.utf8.dropFirst(layout.root.utf8.count + 1), as: UTF8.self)
      note(name, found)
      // Names of files, too.
      note("the name of \(name)", needles.found(in: Array(name.utf8)))
      result.files += 1
      result.bytes += Int(try FileSystem.status(path)?.size ?? 0)
    }
    for (digest, found) in try ObjectCensus(layout).find(needles).sorted(by: { $0.key < $1.key }) {
      note("object \(digest.hex)", found)
    }
    result.findings += try datasets(ids)
    return result
  }

  /// Names that are too short or too common to be looked for in bytes are looked for among the names.
  private func datasets(_ ids: Set<String>) throws -> [ForgettingFindings.Finding] {
    let connection = try Ledger.openForReading(layout)
    let store = try ObjectStore(layout)
    var findings: [ForgettingFindings.Finding] = []
    var seen: Set<Digest> = []
    for table in ["stages", "generation_stages"] {
      let rows = try connection.all("SELECT pipeline, \(StageRecord.columns) FROM \(table)", []) { row in
        (line: try row.text(0), record: StageRecord(row, from: 1))
      }
      for case (let line, let record?) in rows {
        for digest in [record.dataset, record.result.origin?.input].compactMap({ $0 })
        where seen.insert(digest).inserted {
          let dataset = try Dataset(reading: store.get(digest), digest: digest)
          let found = ids.filter { dataset.index(of: $0) != nil }.sorted()
          guard let first = found.first else { continue }
          findings.append(.init(place: "stage \(record.stage) of \(line)", example: first, count: found.count))
        }
      }
    }
    return findings
  }
}
