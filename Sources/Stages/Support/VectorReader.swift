import Foundations
import Models
import StageKit
import Store

/// Reads the vectors that items refer to, and keeps spaces apart.
struct VectorReader {
  private let get: (Digest) throws -> [UInt8]

  init(objects: any ContentStore) { get = objects.get }
  init(get: @escaping (Digest) throws -> [UInt8]) { self.get = get }

  /// A space, and the object that describes it.
  struct Space {
    let reference: String
    let passport: VectorPassport
  }

  /// The space of an item's vector; `nil` for a chunk without one.
  func space(of item: Item) throws -> Space? {
    try space(of: item, ChunkVector(item))
  }

  private func space(of item: Item, _ record: ChunkVector) throws -> Space? {
    guard let reference = record.space else { return nil }
    guard let members = try JSONValue(parsing: try object(reference, of: item)).object else {
      throw SluiceError(
        .corrupt, "what describes the space of \(item.id)'s vector is no JSON object", advice: "Run `sluice fsck`.")
    }
    return Space(reference: reference, passport: VectorPassport(members))
  }

  /// The vector of an item as little-endian float32; `nil` when it has none.
  /// - Parameters:
  ///   - record: the item's record.
  ///   - space: the one that it must be of.
  func vector(of item: Item, _ record: ChunkVector, in space: Space?) throws -> [UInt8]? {
    guard let reference = record.vector else { return nil }
    if record.space != space?.reference { try refuseOther(item, record, than: space) }
    return try object(reference, of: item)
  }

  /// Throws unless the space of an item differs only in what does not matter (see `VectorPassport`).
  private func refuseOther(_ item: Item, _ record: ChunkVector, than space: Space?) throws {
    let own = try self.space(of: item, record)
    let differences = own?.passport.differences(from: space?.passport ?? VectorPassport([:])) ?? ["it names none"]
    if space != nil && differences.isEmpty { return }
    throw SluiceError(
      .vectorStoreError,
      "the vector of \(item.id) belongs to another space than the first one: \(differences.joined(separator: "; "))",
      advice: "Vectors of different models cannot be compared: an index and a cluster stage for each embed stage.")
  }

  private func object(_ reference: String, of item: Item) throws -> [UInt8] {
    guard let digest = Digest(reference: reference) else {
      throw SluiceError(
        .corrupt, "the record of \(item.id) refers to '\(reference)', which is no object",
        advice: "Run `sluice fsck`.")
    }
    return try get(digest)
  }
}
