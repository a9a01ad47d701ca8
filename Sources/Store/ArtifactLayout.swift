import Foundations
import Glibc

/// Where things lie below `artifacts/`.
package struct ArtifactLayout: Sendable {
  /// The folder that holds all of it.
  package let root: String

  package init(root: String) { self.root = root }

  /// The variable that names another folder than `artifacts/`.
  package static let variable = "SLUICE_ARTIFACTS"

  /// `artifacts/` of a project, or what SLUICE_ARTIFACTS names.
  package init(project: String) {
    root =
      Environment[Self.variable].map { Path.join(project, $0) }
      ?? Path.join(project, "artifacts")
  }

  /// The SQLite file that is the truth about everything but bytes.
  package var ledger: String { root + "/ledger.sqlite" }
  /// Content by digest.
  package var objects: String { root + "/objects" }
  /// Files that hold many small objects each.
  package var packs: String { root + "/objects/packs" }
  /// Leases.
  package var locks: String { root + "/locks" }
  /// Room on the disk that `gc` gives back when there is no other: on a full one its transactions would fail.
  package var reserve: String { root + "/reserve" }
  /// What can be made again.
  package var cache: String { root + "/cache" }
  /// What runs know of the hosts they ask: paces, robots.txt, listings.
  package var hosts: String { root + "/hosts" }
  /// The log of everything that was paid for, a file a day.
  package var audit: String { root + "/audit" }
  /// What is being worked on.
  package var scratch: String { root + "/scratch" }
  /// A folder for each run, with its log.
  package var runs: String { root + "/runs" }
  /// A link for each pipeline to its current generation.
  package var published: String { root + "/published" }
  /// What `published/` points into; content-addressed, never changed.
  package var exports: String { root + "/exports" }
  /// Folders of links to exports, one for each publication.
  package var generations: String { root + "/generations" }

  /// A stage's name as the name of a file: a value of `foreach` may be a URL or have `..` in it.
  package static func fileName(ofStage stage: String) -> String {
    let plain = stage.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ":"), UInt8(ascii: "%"), 0..<0x20, 0x7F: false
      default: true
      }
    }
    if plain && stage.utf8.count <= 150 { return stage }
    // Two names that differ stay different by the digest.
    let kept = stage.unicodeScalars.prefix(60).map { scalar in
      scalar.isASCII && !"/\\:%".unicodeScalars.contains(scalar) && scalar.value >= 0x20 && scalar.value != 0x7F
        ? Character(scalar) : "_"
    }
    return String(kept) + "~" + String(Digest(of: stage).hex.prefix(8))
  }

  /// The folder of a run.
  package func run(_ id: Int) -> String { "\(runs)/\(id)" }
  /// What people open of a pipeline.
  package func published(_ pipeline: String) -> String { "\(published)/\(pipeline)" }
  /// The folder of links of a generation.
  package func generation(_ number: Int, of line: String) -> String { "\(generations)/\(line)/\(number)" }
  /// The file of a pack.
  package func pack(_ id: Int) -> String { "\(packs)/\(id).pack" }

  /// A large object's file: `objects/ab/cdef…`, with `.zst` when it is compressed.
  package func loose(_ digest: Digest, isCompressed: Bool) -> String {
    let hex = digest.hex
    return "\(objects)/\(hex.prefix(2))/\(hex.dropFirst(2))\(isCompressed ? ".zst" : "")"
  }

  /// The bytes of all files and folders, as `du --apparent-size` counts them; a file of several names once for each.
  package func size() throws(SluiceError) -> Int {
    func size(_ path: String) throws(SluiceError) -> Int {
      var status = stat()
      // What a run has just removed has none.
      guard lstat(path, &status) == 0 else { return 0 }
      var sum = Int(status.st_size)
      guard status.st_mode & S_IFMT == S_IFDIR, let names = try? FileSystem.list(path) else { return sum }
      for name in names { sum += try size("\(path)/\(name)") }
      return sum
    }
    return try size(root)
  }

  private static let reserveBytes: Int64 = 1 << 20

  /// Takes the reserve, where there is room for it.
  package func takeReserve() {
    guard !FileSystem.exists(reserve), let free = FileSystem.freeBytes(root), free > 64 * Int(Self.reserveBytes),
      let file = try? FileDescriptor(path: reserve, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    else { return }
    // Without it gc on a full disk may fail: no reason for a run to.
    if posix_fallocate(file.raw, 0, off_t(Self.reserveBytes)) != 0 { unlink(reserve) }
  }

  /// Makes the directories that a run needs.
  package func create() throws(SluiceError) {
    for path in [packs, locks, cache, runs, exports, generations, published] {
      try FileSystem.makeDirectory(path)
    }
  }
}
