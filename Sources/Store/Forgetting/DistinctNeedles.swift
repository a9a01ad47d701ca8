import Foundations
import SQLite

/// The needles by which forgotten items are told from all that stays: what other documents say as well is theirs.
struct DistinctNeedles {
  let needles: NeedleSet
  /// Objects in which one of them stands.
  let speaking: Set<Digest>
  /// Names that stand in what stays.
  let sharedNames: [String]
  /// How many pieces of texts stand in what stays.
  let sharedPieces: Int

  init(
    _ all: Needles, ids: Set<String>, _ results: StandingResults, _ layout: ArtifactLayout,
    _ connection: SQLiteConnection
  ) throws {
    let names = Array(all.names)
    let pieces = Array(all.pieces.subtracting(all.names))
    let derived = Array(all.derived.subtracting(all.pieces).subtracting(all.names))
    let set = NeedleSet(names + pieces + derived)
    let derivedStart = names.count + pieces.count
    let hits = try ObjectCensus(layout).find(set)
    var shared: Set<Int> = []
    for (digest, found) in hits where !results.datasets.contains(digest) {
      if results.texts.contains(digest) { shared.formUnion(found) }
      // What was said of whole datasets was said of what stays: it is no proof for what single items say.
      if results.derived.contains(digest) { shared.formUnion(found.lazy.filter { $0 >= derivedStart }) }
    }
    // Names of models, versions and settings are nobody's text.
    for text in try connection.all("SELECT components FROM stage_keys", [], { $0.optionalText(0) }) {
      shared.formUnion(set.found(in: Array((text ?? "").utf8)).lazy.filter { $0 >= names.count })
    }
    // A name that is a part of names that stay cannot be looked for in bytes.
    for dataset in results.ownDatasets where !set.found(in: dataset.bytes).isEmpty {
      for position in 0..<dataset.count {
        let id = dataset.id(position)
        guard !ids.contains(id) else { continue }
        shared.formUnion(set.found(in: Array(id.utf8)).lazy.filter { $0 < names.count })
      }
    }
    needles = set.without(shared)
    speaking = Set(hits.lazy.filter { !shared.isSuperset(of: $0.value) }.map(\.key))
    sharedNames = shared.filter { $0 < names.count }.map { String(decoding: names[$0], as: UTF8.self) }.sorted()
    sharedPieces = shared.count { $0 >= names.count }
  }
}
