import Foundations
import Glibc
import SQLite

/// Writes all that is stored into one tar archive, while runs go on.
///
/// First the ledger is copied as it is at one moment. What it names is never changed after that (objects are immutable, packs
/// only grow, published files are written once), and `gc`, which alone could take it away, waits. So the archive holds
/// that moment, whatever is done meanwhile. Everything is checked on the way: a backup of what is damaged would be none.
package struct Backup {
  /// What was written.
  package struct Report: Sendable {
    package var objects = 0
    package var files = 0
    /// Of the archive.
    package var bytes = 0
  }

  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  /// - Parameter file: is there whole afterwards, or as it was before. Compressed when its name ends in `.zst`.
  package func write(to file: String) throws -> Report {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(.missing, "there is no ledger in \(layout.root): nothing was run here yet")
    }
    let lease = try Lease.sweeping(layout: layout, alone: false)
    defer { withExtendedLifetime(lease) {} }
    let snapshot = Path.temporaryName(besides: file) + ".ledger"
    let temporary = Path.temporaryName(besides: file)
    defer { for path in [snapshot, temporary] { unlink(path) } }
    try SQLiteConnection(path: layout.ledger, .reading, report: .ledger).run("VACUUM INTO ?", .text(snapshot))
    let connection = try SQLiteConnection(path: snapshot, .reading, report: .ledger)
    let store = try ObjectStore(layout)
    let table = try ObjectTable(connection)
    var report = Report()
    report.objects = try check(connection, table, store)
    let target = try FileDescriptor(path: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    var writer = try ArchiveWriter(target, path: file, isCompressed: file.hasSuffix(".zst"))
    try writer.add(snapshot, as: "ledger.sqlite")
    for (pack, objects) in table.packs {
      let size = objects.reduce(0) { max($0, table.places[$1].start + table.places[$1].length) }
      try writer.add(layout.pack(pack), as: "objects/packs/\(pack).pack", size: size)
    }
    for object in try store.looseObjects() {
      try writer.add(object.path, as: String(object.path.dropFirst(layout.root.utf8.count + 1)))
    }
    try addPublished(connection, to: &writer)
    for folder in ["audit", "hosts", "runs"] { try addFolder(folder, to: &writer) }
    report.files = writer.manifest.files.count
    try writer.add(JSONValue(encoding: writer.manifest).canonicalBytes, as: BackupManifest.name)
    try writer.finish()
    guard fsync(target.raw) == 0 else { throw FileSystem.systemError("make durable", temporary) }
    report.bytes = Int(try FileSystem.status(temporary)?.size ?? 0)
    guard rename(temporary, file) == 0 else { throw FileSystem.systemError("put in place", file) }
    try FileSystem.syncDirectory(Path.parent(Path.absolute(file)))
    return report
  }

  /// Holds everything that goes into the archive against its digest. Returns how many objects there are.
  private func check(_ connection: SQLiteConnection, _ table: ObjectTable, _ store: ObjectStore) throws -> Int {
    let scan = try ObjectScan(table, store)
    var findings = CheckFindings()
    for problem in scan.damaged.values.sorted() { findings.add(problem) { _ in } }
    try LedgerRowCheck.run(connection, &findings)
    var results = ResultCheck(try Wholeness(store, table, scan))
    try results.run(connection, &findings)
    try PublishedCheck(store).run(connection, &findings)
    guard let first = findings.problems.first else { return scan.count }
    let others = findings.problems.count - 1
    throw SluiceError(
      .corrupt,
      "what is stored is damaged, and a backup of it would be, too: \(first)\(others > 0 ? ", and \(others) more" : "")",
      advice: "`sluice fsck --repair` and `sluice run` make it whole; then back it up.")
  }

  /// Published files, and the links by which people find them.
  private func addPublished(_ connection: SQLiteConnection, to writer: inout ArchiveWriter) throws {
    let exports = try connection.all(
      "SELECT DISTINCT export FROM generation_stages WHERE export IS NOT NULL ORDER BY export"
    ) { try $0.text(0) }
    for export in exports where ExportFolder.isName(export) {
      for name in try FileSystem.list("\(layout.exports)/\(export)") {
        try writer.add("\(layout.exports)/\(export)/\(name)", as: "exports/\(export)/\(name)")
      }
    }
    for generation in try PublishedLinks.all(connection) {
      for (link, target) in generation.links { try writer.link(link, to: target) }
    }
  }

  /// Files that others may be appending to: as much as is there now.
  private func addFolder(_ folder: String, to writer: inout ArchiveWriter) throws {
    let path = "\(layout.root)/\(folder)"
    guard FileSystem.exists(path) else { return }
    for name in try FileSystem.list(path) where !name.hasPrefix(".") {
      guard let status = try FileSystem.status("\(path)/\(name)") else { continue }
      if status.isDirectory {
        try addFolder("\(folder)/\(name)", to: &writer)
      } else if status.isRegular {
        try writer.add("\(path)/\(name)", as: "\(folder)/\(name)", size: Int(status.size))
      }
    }
  }
}
