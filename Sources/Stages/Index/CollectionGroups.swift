import Foundations
import SearchIndex
import StageKit

/// Which chunks belong to which collection.
struct CollectionGroups {
  private(set) var groups: [String: [IndexSources.Source]] = [:]
  /// Chunks that belong to no collection, by id, and why: one bad row must not cost all others their index.
  private(set) var failures: [String: ItemFailure] = [:]

  /// Chunks that the former collections hold as they are keep their place without being read.
  init(_ collection: CollectionName, _ sources: IndexSources, _ previous: CollectionInputs.Previous?) throws {
    let known = try Self.known(previous)
    for source in sources.all {
      let name: String
      if let place = known[ExactText(source.entry.id)], place.digest == source.entry.digest {
        name = place.collection
      } else {
        let item = try source.item
        let chunk = try IndexedChunkReader.chunk(item, Chunk(item))
        do throws(SluiceError) { name = try collection.name(of: chunk) } catch {
          failures[source.entry.id] = ItemFailure(kind: "no_collection", message: error.description)
          continue
        }
      }
      groups[name, default: []].append(source)
    }
  }

  private struct Place {
    let collection: String
    let digest: Digest
  }

  private static func known(_ previous: CollectionInputs.Previous?) throws -> [ExactText: Place] {
    guard let output = previous?.output, let list = try output.file(PublishedFile.collections) else { return [:] }
    let names: [String] = try JSONValue(parsing: FileSystem.read(list)).decoded()
    var places: [ExactText: Place] = [:]
    for name in names {
      guard let path = try output.file(name + IndexFiles.databaseEnding) else { continue }
      try Searcher.forEachChunk(ofIndex: path) { id, digest in
        places[ExactText(id)] = Place(collection: name, digest: digest)
      }
    }
    return places
  }
}
