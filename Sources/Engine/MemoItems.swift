import Foundations
import StageKit
import Store

extension MemoOutputs {
  /// The items that these outputs of `input` are now; records of items that do not inherit are read
  /// only when `loading`.
  func items(of input: Item, store: ObjectStore, loading: Bool) throws -> [(
    id: String, digest: Digest, record: Record?
  )] {
    var inputObject: JSONObject?
    return try outputs.map { output in
      let id = ItemOutput(id: output.id, members: [:]).id(ofInput: input.id)
      switch output.body {
      case .record(let digest):
        return (id, digest, loading ? Record(bytes: try store.get(digest)) : nil)
      case .members(let members):
        if inputObject == nil { inputObject = try input.record.object() }
        let record = Record((inputObject ?? [:]).merging(members))
        let digest = try store.put(record.bytes)
        return (id, digest, record)
      }
    }
  }
}
