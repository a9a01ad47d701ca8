import Foundations
import StageKit
import Store

/// What a memo entry of an item stage says: how to make the outputs again out of the input.
///
/// An output that inherits keeps only its own members here; the rest comes from the input as it is
/// now, so that what the stage did not read is never stale.
struct MemoOutputs: Sendable {
  enum Body: Sendable {
    case record(Digest)
    case members(JSONObject)
  }

  var outputs: [(id: ItemOutput.ID, body: Body)]

  init(_ outputs: [(id: ItemOutput.ID, body: Body)]) { self.outputs = outputs }

  var bytes: [UInt8] {
    JSONValue.array(
      outputs.map { output in
        var object = JSONObject()
        switch output.id {
        case .same: object["i"] = "s"
        case .child(let suffix): object["i"] = .string("c" + suffix)
        case .absolute(let id): object["i"] = .string("a" + id)
        }
        switch output.body {
        case .record(let digest): object["d"] = .string(digest.hex)
        case .members(let members): object["m"] = .object(members)
        }
        return .object(object)
      }
    ).canonicalBytes
  }

  init(reading bytes: [UInt8]) throws(SluiceError) {
    let damaged = SluiceError(
      .corrupt, "a memo entry cannot be read", advice: "Run `sluice fsck --repair`.")
    guard let list = (try? JSONValue(parsing: bytes))?.array else { throw damaged }
    var outputs: [(id: ItemOutput.ID, body: Body)] = []
    for entry in list {
      guard let tag = entry["i"]?.string else { throw damaged }
      let id: ItemOutput.ID =
        switch tag.first {
        case "s": .same
        case "c": .child(String(tag.dropFirst()))
        default: .absolute(String(tag.dropFirst()))
        }
      if let digest = entry["d"]?.string.flatMap({ Digest(hex: $0) }) {
        outputs.append((id, .record(digest)))
      } else if let members = entry["m"]?.object {
        outputs.append((id, .members(members)))
      } else {
        throw damaged
      }
    }
    self.outputs = outputs
  }

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
