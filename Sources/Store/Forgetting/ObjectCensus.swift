import Foundations
import Glibc
import SQLite
import Synchronization

/// Walks over the bytes of all objects, whatever refers to them.
package struct ObjectCensus {
  /// A place in a pack that the ledger names.
  struct Place: Sendable {
    let digest: Digest
    let pack: Int
    let start: Int
    let length: Int
    let size: Int
  }

  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  static func places(_ connection: SQLiteConnection) throws -> [Place] {
    try connection.all("SELECT digest, pack, start, length, size FROM objects ORDER BY pack, start", []) { row in
      row.optionalDigest(0).map {
        Place(digest: $0, pack: row.int(1), start: row.int(2), length: row.int(3), size: row.int(4))
      }
    }.compactMap { $0 }
      // Numbers out of a file are checked before anything is read by them.
      .filter { $0.start >= 0 && (0...(8 << 20)).contains($0.length) }
  }

  /// The files of large objects, with the digests that their names say.
  static func looseFiles(_ layout: ArtifactLayout) throws -> [(digest: Digest, path: String)] {
    var files: [(Digest, String)] = []
    for folder in try FileSystem.list(layout.objects) where folder.utf8.count == 2 {
      for name in try FileSystem.list("\(layout.objects)/\(folder)") {
        let hex = folder + (name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)
        if let digest = Digest(hex: hex) { files.append((digest, "\(layout.objects)/\(folder)/\(name)")) }
      }
    }
    return files
  }

  /// Which needles stand in which objects; those in which none stands are left out.
  package func find(_ needles: NeedleSet) throws -> [Digest: [Int]] {
    let table = try ObjectTable(Ledger.openForReading(layout))
    let found = Mutex<[Digest: [Int]]>([:])
    try PackReading(table: table, layout: layout).forEach(Array(0..<UInt32(table.count))) { position, content in
      switch content {
      case .whole(let bytes):
        let own = needles.found(in: bytes)
        if !own.isEmpty { found.withLock { $0[table.digests[position]] = own } }
      // What is damaged gives nobody anything back; fsck tells of it.
      case .damaged: break
      case .failed(let error): throw error
      }
    }
    let files = try Self.looseFiles(layout)
    try Parallel.forEach(count: files.count, threads: Parallel.processors, grain: 1) { index in
      guard let bytes = try Self.bytes(ofLoose: files[index].path) else { return }
      let own = needles.found(in: bytes)
      if !own.isEmpty { found.withLock { $0[files[index].digest] = own } }
    }
    return found.withLock { $0 }
  }

  static func bytes(ofLoose path: String) throws -> [UInt8]? {
    let stored = try FileSystem.read(path)
    guard path.hasSuffix(".zst") else { return stored }
    return stored.withUnsafeBytes { raw in
      Zstd.contentSize(raw).flatMap { Zstd.decompress(raw, size: $0) }
    }
  }
}
