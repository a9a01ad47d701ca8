import Foundations
import Glibc
import SQLite

/// The folders of published files, and of links to them: which are in use, which a reader has open, and which can go.
struct PublishedExports {
  /// Exports that the ledger names, or that a generation leads to which it knows.
  private(set) var named: Set<String> = []
  /// Exports that only a reader has open: they go when it has ended.
  private(set) var held: Set<String> = []
  /// Exports that go, with the bytes of their files.
  private(set) var dead: [(name: String, bytes: Int)] = []
  /// Folders of links that go.
  private(set) var deadGenerations: [String] = []

  init(_ connection: SQLiteConnection, _ layout: ArtifactLayout) throws {
    named = Set(
      try connection.all("SELECT DISTINCT export FROM generation_stages WHERE export IS NOT NULL") { try $0.text(0) })
    try readGenerations(connection, layout)
    for name in FileSystem.exists(layout.exports) ? try FileSystem.list(layout.exports) : []
    where !named.contains(name) && !held.contains(name) {
      let folder = "\(layout.exports)/\(name)"
      var bytes = 0
      if (try FileSystem.status(folder))?.isDirectory == true {
        for file in try FileSystem.list(folder) {
          bytes += Int((try FileSystem.status("\(folder)/\(file)"))?.size ?? 0)
        }
      }
      dead.append((name, bytes))
    }
  }

  private mutating func readGenerations(_ connection: SQLiteConnection, _ layout: ArtifactLayout) throws {
    guard FileSystem.exists(layout.generations) else { return }
    for line in try FileSystem.list(layout.generations) {
      var known = Set(
        try connection.all("SELECT number FROM generations WHERE pipeline=?", [.text(line)]) { "\($0.int(0))" })
      // What readers find is never taken away, whatever the ledger says.
      if let current = FileSystem.linkTarget(layout.published(line)) { known.insert(Path.name(current)) }
      for generation in try FileSystem.list("\(layout.generations)/\(line)") {
        let folder = "\(layout.generations)/\(line)/\(generation)"
        if known.contains(generation) {
          named.formUnion(try Self.exports(of: folder))
        } else if try OpenFolder.isOpen(folder) {
          held.formUnion(try Self.exports(of: folder))
        } else {
          deadGenerations.append(folder)
        }
      }
    }
  }

  /// The exports that a folder of links leads to.
  private static func exports(of folder: String) throws -> [String] {
    guard try FileSystem.status(folder)?.isDirectory == true else { return [] }
    return try FileSystem.list(folder).compactMap { FileSystem.linkTarget("\(folder)/\($0)").map(Path.name) }
  }
}
