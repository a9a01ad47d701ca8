import Foundations
import Store

/// The items of all sources of a pipeline: of its lines and of their generations.
package enum SourceItems {
  /// The ids of those that fit.
  package static func ids(
    of pipeline: String, _ layout: ArtifactLayout, where fits: (String, JSONObject, ObjectStore) -> Bool
  ) throws -> Set<String> {
    let reader = try LedgerReader(layout)
    let results = ResultReader(try ObjectStore(layout))
    var found: Set<String> = []
    var seen: Set<Digest> = []
    for line in try reader.lines(of: pipeline) {
      for record in try KnownLine(line, reader).records {
        guard case .source = record.result, seen.insert(record.dataset).inserted else { continue }
        let dataset = try results.dataset(record.dataset)
        for position in 0..<dataset.count {
          let (id, digest) = (dataset.id(position), dataset.digest(position))
          if !found.contains(id), let object = try JSONValue(parsing: results.store.get(digest)).object,
            fits(id, object, results.store)
          {
            found.insert(id)
          }
        }
      }
    }
    return found
  }
}
