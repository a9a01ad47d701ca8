import Foundations

/// What becomes of a pack.
struct PackPlan: Sendable {
  enum Fate: Sendable { case kept, rewritten, removed }

  let pack: Int
  /// Positions of its objects in the table.
  let objects: Range<Int>
  /// Of its file.
  let bytes: Int
  /// Of objects in it that are in use.
  let liveBytes: Int
  let deadObjects: Int
  var fate: Fate

  /// What a rewrite would give back: dead objects, and what no row names.
  var deadBytes: Int { max(0, bytes - liveBytes) }

  /// The plans of all packs that the ledger knows: one of which more than half is dead is written anew with what lives.
  static func all(_ live: LiveObjects, known: [Int], layout: ArtifactLayout) throws -> [PackPlan] {
    let table = live.table
    var filled = table.packs
    let named = Set(filled.map(\.pack))
    filled += known.filter { !named.contains($0) }.map { ($0, 0..<0) }
    return try filled.map { pack, objects in
      var liveBytes = 0
      var dead = 0
      for position in objects {
        if live.uses[position] == nil {
          dead += 1
        } else if table.places[position].isPlausible {
          liveBytes += table.places[position].length
        }
      }
      let bytes = Int(try FileSystem.status(layout.pack(pack))?.size ?? 0)
      let hasLive = objects.count > dead
      return PackPlan(
        pack: pack, objects: objects, bytes: bytes, liveBytes: liveBytes, deadObjects: dead,
        // Of a pack that is cut short nothing is moved: `fsck` looks after it.
        fate: !hasLive ? .removed : bytes > liveBytes && bytes - liveBytes > liveBytes ? .rewritten : .kept)
    }.sorted { $0.pack < $1.pack }
  }
}
