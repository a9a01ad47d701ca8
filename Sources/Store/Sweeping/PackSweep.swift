import Foundations
import Glibc
import SQLite

/// Takes what is dead out of packs.
struct PackSweep {
  let layout: ArtifactLayout
  let live: LiveObjects

  private var table: ObjectTable { live.table }

  func sweep(_ plans: [PackPlan], _ connection: SQLiteConnection) throws {
    for plan in plans where plan.fate != .kept || plan.deadObjects > 0 { try sweep(plan, connection) }
    let known = Set(try connection.all("SELECT id FROM packs UNION SELECT DISTINCT pack FROM objects") { $0.int(0) })
    for name in try FileSystem.list(layout.packs) {
      if name.hasSuffix(".pack"), let id = Int(name.dropLast(5)), known.contains(id) { continue }
      try FileSystem.remove("\(layout.packs)/\(name)")
    }
  }

  private func sweep(_ plan: PackPlan, _ connection: SQLiteConnection) throws {
    var target: Int?
    var moved: [(digest: Digest, start: Int)] = []
    if plan.fate == .rewritten { (target, moved) = try rewrite(plan, connection) ?? (nil, []) }
    // Sorted by key, rows are found in neighbouring pages of the table.
    let dead = plan.objects.filter { live.uses[$0] == nil }.map { table.digests[$0] }.sorted()
    moved.sort { $0.digest < $1.digest }
    let isGone = plan.fate == .removed || target != nil
    try connection.transaction {
      let delete = try connection.statement("DELETE FROM objects WHERE digest=?")
      for digest in dead { try delete.run([.digest(digest)]) }
      if let target {
        let update = try connection.statement("UPDATE objects SET pack=?, start=? WHERE digest=?")
        for (digest, start) in moved { try update.run([.int(target), .int(start), .digest(digest)]) }
      }
      if isGone { try connection.run("DELETE FROM packs WHERE id=?", .int(plan.pack)) }
    }
    // Only now: the ledger no longer names the old file.
    if isGone { try FileSystem.remove(layout.pack(plan.pack)) }
  }

  /// Writes what lives into a new pack. `nil` when it cannot be read as the ledger says: then the pack is left as it is.
  private func rewrite(_ plan: PackPlan, _ connection: SQLiteConnection) throws -> (
    pack: Int, [(digest: Digest, start: Int)]
  )? {
    let living = plan.objects.filter { live.uses[$0] != nil }
    guard living.allSatisfy({ table.places[$0].isPlausible }) else { return nil }
    let source = try FileDescriptor(path: layout.pack(plan.pack), flags: O_RDONLY)
    let target = try connection.transaction {
      try connection.run("INSERT INTO packs(bytes) VALUES(?)", .int(plan.liveBytes))
      return Int(connection.lastInsertedRow)
    }
    let path = layout.pack(target)
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var moved: [(digest: Digest, start: Int)] = []
    var buffer: [UInt8] = []
    var offset = 0
    for position in living {
      let place = table.places[position]
      let bytes = try PackReading.read(source, layout.pack(plan.pack), place.start, place.length)
      guard bytes.count == place.length else {
        try FileSystem.remove(path)
        try connection.run("DELETE FROM packs WHERE id=?", .int(target))
        return nil
      }
      moved.append((table.digests[position], offset))
      offset += bytes.count
      buffer += bytes
      guard buffer.count > 1 << 20 else { continue }
      try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
      buffer.removeAll(keepingCapacity: true)
    }
    try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
    guard fsync(file.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
    try FileSystem.syncDirectory(layout.packs)
    return (target, moved)
  }
}
