import Foundations
import Glibc
import SQLite

/// The folders of published files: which are in use, which a reader has open, and which can go.
struct PublishedExports {
  /// Those that the ledger or a generation's links name.
  private(set) var named: Set<String> = []
  /// Those that only a reader has open: they go when it has ended.
  private(set) var held: Set<String> = []
  /// Those that go, with the bytes of their files.
  private(set) var dead: [(name: String, bytes: Int)] = []

  init(_ connection: SQLiteConnection, _ layout: ArtifactLayout) throws {
    guard FileSystem.exists(layout.exports) else { return }
    named = Set(
      try connection.all("SELECT DISTINCT export FROM generation_stages WHERE export IS NOT NULL") { try $0.text(0) }
    ).union(
      try Self.linked(layout))
    for name in try FileSystem.list(layout.exports) where !named.contains(name) {
      let folder = "\(layout.exports)/\(name)"
      if try OpenFolder.isOpen(folder) {
        held.insert(name)
        continue
      }
      var bytes = 0
      if (try FileSystem.status(folder))?.isDirectory == true {
        for file in try FileSystem.list(folder) {
          bytes += Int((try FileSystem.status("\(folder)/\(file)"))?.size ?? 0)
        }
      }
      dead.append((name, bytes))
    }
  }

  /// The exports that folders of links lead to: what readers may have open, whatever the ledger says.
  private static func linked(_ layout: ArtifactLayout) throws -> Set<String> {
    var named: Set<String> = []
    for pipeline in (try? FileSystem.list(layout.generations)) ?? [] {
      for generation in try FileSystem.list("\(layout.generations)/\(pipeline)") {
        let folder = "\(layout.generations)/\(pipeline)/\(generation)"
        for stage in try FileSystem.list(folder) {
          if let target = FileSystem.linkTarget("\(folder)/\(stage)") { named.insert(Path.name(target)) }
        }
      }
    }
    return named
  }
}
