import Foundations
import SearchIndex
import StageKit

/// The chunks that an index is made of: the entries of all inputs in the order of ids.
struct IndexSources {
  struct Source {
    let dataset: any DatasetReader
    let entry: DatasetEntry
    var item: Item { get throws { try dataset.item(entry) } }
  }
  let all: [Source]
  let reader: IndexedChunkReader
  /// Of the vectors; `nil`: there are none.
  let space: VectorReader.Space?

  /// - Throws: `.badInput` when two inputs have the same chunk.
  init(_ inputs: CollectionInputs, _ context: StageContext) throws {
    var all: [Source] = []
    for dataset in inputs.datasets {
      all += dataset.entries.map { Source(dataset: dataset, entry: $0) }
    }
    if inputs.datasets.count > 1 {
      all.sort { ExactText($0.entry.id) < ExactText($1.entry.id) }
      for (a, b) in zip(all, all.dropFirst()) where ExactText(a.entry.id) == ExactText(b.entry.id) {
        throw SluiceError(
          .badInput,
          "the chunk \(a.entry.id) comes from both \(a.dataset.stage) and \(b.dataset.stage)",
          advice: "An index needs one source for each chunk: take one of the two out of `needs`.")
      }
    }
    self.all = all
    let vectors = VectorReader(objects: context.objects)
    reader = IndexedChunkReader(vectors: vectors)
    let first = all.first { $0.dataset.type == "vector" } ?? all.first
    space = try first.flatMap { try vectors.space(of: $0.item) }
  }

  func chunk(_ source: Source) throws -> IndexedChunk { try reader.chunk(source.item, in: space) }
}

/// What has to be done to bring an index to what its sources are.
struct IndexDifference {
  /// Chunks that are not in it as they are.
  var wanted: [IndexSources.Source] = []
  /// Ids that have to go, those of changed chunks among them.
  var removed: [String] = []

  /// Everything is new.
  init(all sources: [IndexSources.Source]) { wanted = sources }

  /// Compares two lists in the order of ids.
  /// - Parameter existing: calls back with each id and digest that is there.
  init(_ sources: [IndexSources.Source], existing: ((String, Digest) -> Void) throws -> Void) rethrows {
    var position = 0
    var wanted: [IndexSources.Source] = []
    var removed: [String] = []
    var changed = 0
    try existing { id, digest in
      let id = ExactText(id)
      while position < sources.count, ExactText(sources[position].entry.id) < id {
        wanted.append(sources[position])
        position += 1
      }
      if position < sources.count, ExactText(sources[position].entry.id) == id {
        if sources[position].entry.digest != digest {
          removed.append(id.text)
          wanted.append(sources[position])
          changed += 1
        }
        position += 1
      } else {
        removed.append(id.text)
      }
    }
    wanted += sources[position...]
    self.wanted = wanted
    self.removed = removed
    self.changed = changed
  }

  /// How many of `wanted` replace one of `removed`.
  var changed = 0
  var count: Int { wanted.count + removed.count }
}
