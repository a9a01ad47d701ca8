import Foundations

/// What a memo entry of an item stage says: how to make the outputs again out of the input.
///
/// An output that inherits keeps only its own members here; the rest comes from the input as it is
/// now, so that what the stage did not read is never stale.
package struct MemoOutputs: Sendable {
  /// What is kept of an output.
  package enum Body: Sendable {
    case record(Digest)
    case members(JSONObject)
  }

  /// In the order in which the stage gave them.
  package var outputs: [(id: OutputID, body: Body)]

  package init(_ outputs: [(id: OutputID, body: Body)]) { self.outputs = outputs }

  /// As the memo keeps them.
  package var bytes: [UInt8] {
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

  /// - Throws: `.corrupt` when these are no outputs of an item stage.
  package init(reading bytes: [UInt8]) throws(SluiceError) {
    let damaged = MemoResult.damaged
    guard let list = (try? JSONValue(parsing: bytes))?.array else { throw damaged }
    var outputs: [(id: OutputID, body: Body)] = []
    for entry in list {
      guard let tag = entry["i"]?.string else { throw damaged }
      let id: OutputID =
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
}
