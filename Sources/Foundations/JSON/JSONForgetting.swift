extension JSONValue {
  /// The value without what stands under some names: members that have one as their key, texts of lists that are one, and
  /// objects of lists that say one of them in a member of their own (`url`, `id`).
  package func without(_ isForgotten: (String) -> Bool) -> JSONValue {
    switch self {
    case .object(let object):
      let left = object.members.filter { !isForgotten($0.key) }
      return .object(JSONObject(left.map { ($0.key, $0.value.without(isForgotten)) }))
    case .array(let list):
      return .array(list.filter { !$0.names(isForgotten) }.map { $0.without(isForgotten) })
    default: return self
    }
  }

  private func names(_ isForgotten: (String) -> Bool) -> Bool {
    switch self {
    case .string(let text): isForgotten(text)
    case .object(let object): object.members.contains { $0.value.string.map(isForgotten) ?? false }
    default: false
    }
  }
}
