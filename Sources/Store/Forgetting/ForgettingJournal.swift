import Foundations
import Glibc

/// What is being forgotten, until nothing of it is left: a `forget` that was killed is finished by the next one, which
/// no longer finds the texts that it has to look for.
package struct ForgettingJournal: Sendable {
  package var pipeline: String
  /// What was asked for.
  package var seeds: Set<String>
  /// All that leaves, by id.
  package var ids: Set<String>
  package var needles: Needles
  /// Objects that are to go.
  package var objects: Set<Digest>
  /// Stages that have to be made anew, by the keys of lines.
  package var remakes: [String: Set<String>] = [:]

  package init(pipeline: String, seeds: Set<String>) {
    self.pipeline = pipeline
    self.seeds = seeds
    ids = seeds
    needles = Needles()
    objects = []
  }

  /// Names of items may be any text; pieces are any bytes.
  private struct Content: Codable {
    let version: Int
    let pipeline: String
    let seeds: [String]
    let ids: [String]
    let names: [String]
    let pieces: [String]
    let derived: [String]
    let objects: [String]
    let remakes: [String: [String]]
  }

  package static func path(_ layout: ArtifactLayout, pipeline: String) -> String {
    "\(layout.root)/forgetting-\(pipeline).json"
  }

  /// `nil` when nothing is being forgotten.
  package static func read(_ layout: ArtifactLayout, pipeline: String) throws -> ForgettingJournal? {
    let path = path(layout, pipeline: pipeline)
    guard FileSystem.exists(path) else { return nil }
    guard let content = try? JSONValue(parsing: FileSystem.read(path)).decoded(as: Content.self), content.version == 1
    else {
      throw SluiceError(
        .corrupt, "\(path) cannot be read", advice: "Remove it, and run `sluice forget` with the same items again.")
    }
    var journal = ForgettingJournal(pipeline: content.pipeline, seeds: Set(content.seeds))
    journal.ids = Set(content.ids)
    journal.needles = Needles(names: content.names, pieces: content.pieces, derived: content.derived)
    journal.objects = Set(content.objects.compactMap { Digest(hex: $0) })
    journal.remakes = content.remakes.mapValues { Set($0) }
    return journal
  }

  package func write(_ layout: ArtifactLayout) throws {
    let content = Content(
      version: 1, pipeline: pipeline, seeds: seeds.sorted(), ids: ids.sorted(), names: needles.names.map(Needles.text),
      pieces: needles.pieces.map(Needles.text), derived: needles.derived.map(Needles.text), objects: objects.map(\.hex),
      remakes: remakes.mapValues { $0.sorted() })
    try FileSystem.writeAtomically(
      JSONValue(encoding: content).canonicalBytes, to: Self.path(layout, pipeline: pipeline), mode: 0o600)
  }

  package static func remove(_ layout: ArtifactLayout, pipeline: String) throws {
    try FileSystem.remove(path(layout, pipeline: pipeline))
    try FileSystem.syncDirectory(layout.root)
  }
}

extension Needles {
  fileprivate static func text(_ bytes: [UInt8]) -> String { Base64.encode(bytes) }

  fileprivate init(names: [String], pieces: [String], derived: [String]) {
    func bytes(_ texts: [String]) -> Set<[UInt8]> { Set(texts.compactMap { Base64.decode($0) }) }
    self.init(names: bytes(names), pieces: bytes(pieces), derived: bytes(derived))
  }
}
