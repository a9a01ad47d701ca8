import Foundations
import SQLite

/// Every small object that the ledger has a place for, in the order in which they lie in the packs.
///
/// A store of a million objects has a row for each: here they are looked up without asking the ledger a million times.
struct ObjectTable: Sendable {
  let digests: [Digest]
  let places: [ObjectPlace]
  /// Rows whose digest has not 32 bytes: nobody can ask for what they name.
  let unreadableRows: Int
  private let positions: [Digest: UInt32]

  init(_ connection: SQLiteConnection) throws {
    var digests: [Digest] = []
    var places: [ObjectPlace] = []
    var unreadable = 0
    let statement = try connection.statement(
      "SELECT digest, pack, start, length, size FROM objects ORDER BY pack, start")
    defer { statement.reset() }
    while try statement.step() {
      guard let digest = statement.optionalDigest(0) else {
        unreadable += 1
        continue
      }
      digests.append(digest)
      places.append(
        ObjectPlace(pack: statement.int(1), start: statement.int(2), length: statement.int(3), size: statement.int(4)))
    }
    self.digests = digests
    self.places = places
    unreadableRows = unreadable
    positions = Dictionary(digests.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
  }

  var count: Int { digests.count }

  /// The position of an object; `nil` when it is in no pack.
  func position(of digest: Digest) -> Int? { positions[digest].map(Int.init) }

  /// The positions of each pack's objects, by the pack's number.
  var packs: [(pack: Int, objects: Range<Int>)] {
    var result: [(Int, Range<Int>)] = []
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, places[end].pack == places[start].pack { end += 1 }
      result.append((places[start].pack, start..<end))
      start = end
    }
    return result
  }
}
