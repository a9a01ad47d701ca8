import Foundations
import StageKit
import Store

/// An item that an item was turned into, with its record where that was wanted.
struct MadeItem: Sendable {
  let id: String
  let digest: Digest
  let record: Record?

  var item: Item? { record.map { Item(id: id, digest: digest, record: $0) } }
}

extension MemoOutputs {
  /// The items that these outputs of `input` are now; records of items that do not inherit are read
  /// only when `loading`.
  func items(of input: Item, store: ObjectStore, loading: Bool, without tombstones: Tombstones = Tombstones()) throws
    -> [MadeItem]
  {
    var inputObject: JSONObject?
    return try outputs.compactMap { output in
      let id = ItemOutput(id: output.id, members: [:]).id(ofInput: input.id)
      if tombstones.contains(id) { return nil }
      switch output.body {
      case .record(let digest):
        return MadeItem(id: id, digest: digest, record: loading ? Record(bytes: try store.get(digest)) : nil)
      case .members(let members):
        let object = try inputObject ?? input.record.object()
        inputObject = object
        let record = Record(object.merging(members))
        return MadeItem(id: id, digest: try store.put(record.bytes), record: record)
      }
    }
  }
}
