import Foundations
import Glibc
import SQLite

/// Takes objects out of the store so that no byte of them is left: packs are written anew at once.
struct ObjectRemoval {
  private let layout: ArtifactLayout
  private let connection: SQLiteConnection

  init(_ layout: ArtifactLayout, _ connection: SQLiteConnection) {
    self.layout = layout
    self.connection = connection
  }

  /// Also packs with bytes that no row names are written anew: what `gc` took out of a pack may lie in it still.
  /// - Returns: how many objects went.
  func remove(_ dead: Set<Digest>) throws -> Int {
    var byPack: [Int: [ObjectCensus.Place]] = [:]
    for place in try ObjectCensus.places(connection) { byPack[place.pack, default: []].append(place) }
    var removed = 0
    for pack in try connection.all("SELECT id FROM packs ORDER BY id", [], { $0.int(0) }) {
      let places = byPack[pack] ?? []
      let kept = places.filter { !dead.contains($0.digest) }
      removed += places.count - kept.count
      let size = try FileSystem.status(layout.pack(pack))?.size ?? 0
      if kept.count == places.count, Int(size) == kept.reduce(0, { $0 + $1.length }), !kept.isEmpty { continue }
      try rewrite(pack, kept, dead: places.filter { dead.contains($0.digest) })
    }
    let known = Set(try connection.all("SELECT id FROM packs", [], { $0.int(0) }))
    for name in try FileSystem.list(layout.packs) {
      if let id = Int(name.split(separator: ".").first ?? ""), known.contains(id) { continue }
      try FileSystem.remove("\(layout.packs)/\(name)")
    }
    for file in try ObjectCensus.looseFiles(layout) where dead.contains(file.digest) {
      try FileSystem.remove(file.path)
      removed += 1
    }
    return removed
  }

  private func rewrite(_ pack: Int, _ kept: [ObjectCensus.Place], dead: [ObjectCensus.Place]) throws {
    var target: Int?
    var starts: [(Digest, Int)] = []
    if !kept.isEmpty {
      let number = try connection.transaction {
        try connection.run("INSERT INTO packs(bytes) VALUES(?)", .int(kept.reduce(0) { $0 + $1.length }))
        return Int(connection.lastInsertedRow)
      }
      target = number
      starts = try copy(kept, from: pack, to: number)
    }
    try connection.transaction {
      for place in dead { try connection.run("DELETE FROM objects WHERE digest=?", .digest(place.digest)) }
      let move = try connection.statement("UPDATE objects SET pack=?, start=? WHERE digest=?")
      // By digest, rows lie in neighbouring pages.
      for (digest, start) in starts.sorted(by: { $0.0 < $1.0 }) {
        try move.run([.int(target), .int(start), .digest(digest)])
      }
      try connection.run("DELETE FROM packs WHERE id=?", .int(pack))
    }
    // Only now: the ledger no longer names the old file.
    try FileSystem.remove(layout.pack(pack))
  }

  private func copy(_ places: [ObjectCensus.Place], from pack: Int, to number: Int) throws -> [(Digest, Int)] {
    let source = try FileDescriptor(path: layout.pack(pack), flags: O_RDONLY)
    let path = layout.pack(number)
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    var starts: [(Digest, Int)] = []
    starts.reserveCapacity(places.count)
    var offset = 0
    var next = 0
    while next < places.count {
      // What lies one behind the other is copied at once.
      let first = places[next]
      var length = 0
      while next < places.count, places[next].start == first.start + length, length < 4 << 20 {
        starts.append((places[next].digest, offset + length))
        length += places[next].length
        next += 1
      }
      let piece = try Self.read(length, at: first.start, source, layout.pack(pack))
      try piece.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
      offset += length
    }
    guard fsync(file.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
    try FileSystem.syncDirectory(layout.packs)
    return starts
  }

  private static func read(_ length: Int, at start: Int, _ file: FileDescriptor, _ path: String) throws -> [UInt8] {
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: max(length, 1)) { buffer, count in
      count = max(0, pread(file.raw, buffer.baseAddress, length, start))
      isWhole = count == length
    }
    guard isWhole else { throw FileSystem.systemError("read", path) }
    return bytes
  }
}
