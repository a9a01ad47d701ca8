import Foundations

/// Members of records that tell when and how something was had, and not what it is.
enum VolatileMembers {
  /// What servers and runs say of themselves, by the names that Sluice's stages and most programs give it.
  static let names: Set<String> = [
    "etag", "last_modified", "fetched_at", "retrieved_at", "accessed_at", "run", "run_id", "update",
  ]

  /// The value without such members at any depth, and without those at the dotted paths in `ignored`.
  /// - Parameter removed: gathers what was left out.
  static func stripped(
    _ value: JSONValue, ignoring ignored: Set<String> = [], at path: String = "", _ removed: inout Set<String>
  ) -> JSONValue {
    switch value {
    case .object(let object):
      var kept: [(String, JSONValue)] = []
      for member in object.members {
        let place = path.isEmpty ? member.key : "\(path).\(member.key)"
        if ignored.contains(place) {
          removed.insert(place)
        } else if names.contains(member.key) {
          removed.insert(member.key)
        } else {
          kept.append((member.key, stripped(member.value, ignoring: ignored, at: place, &removed)))
        }
      }
      return .object(JSONObject(kept))
    case .array(let list):
      return .array(list.map { stripped($0, ignoring: ignored, at: path, &removed) })
    default: return value
    }
  }
}
