import Glibc

/// The members of a JSON object, sorted by key (by Unicode scalars, which is by the bytes of UTF-8), each key once.
///
/// Records have a dozen members: a sorted array beats a hash table in space, in time and in having
/// one order.
package struct JSONObject: Hashable, Sendable {
  /// In the order of their keys.
  package private(set) var members: [Member]

  /// A key with its value.
  package struct Member: Hashable, Sendable {
    package let key: String
    package var value: JSONValue
  }

  package init() { members = [] }

  /// Takes members in any order; of equal keys the last wins.
  package init(_ pairs: some Sequence<(String, JSONValue)>) {
    members = []
    for (key, value) in pairs { self[key] = value }
  }

  /// Those of the members that have a value.
  package init(present pairs: [(String, JSONValue?)]) {
    self.init(pairs.lazy.compactMap { key, value in value.map { (key, $0) } })
  }

  package var isEmpty: Bool { members.isEmpty }
  package var count: Int { members.count }
  /// In their order.
  package var keys: [String] { members.map(\.key) }

  private func position(of key: String) -> (index: Int, found: Bool) {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(members[middle].key, key) { low = middle + 1 } else { high = middle }
    }
    return (low, low < members.count && !Self.precedes(key, members[low].key))
  }

  /// The order of the bytes: Swift takes texts for equal that only look alike (é in one scalar or in two),
  /// which are two keys in a file.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    let order = a.utf8.withContiguousStorageIfAvailable { first in
      b.utf8.withContiguousStorageIfAvailable { second in
        guard let one = first.baseAddress, let other = second.baseAddress else { return first.count < second.count }
        let order = memcmp(one, other, min(first.count, second.count))
        return order == 0 ? first.count < second.count : order < 0
      }
    }
    return (order ?? nil) ?? a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// The value of `key`; setting `nil` removes the member.
  package subscript(key: String) -> JSONValue? {
    get {
      let (index, found) = position(of: key)
      // Not `found ? … : nil`, which would make that nil a JSON null: an absent member is no member.
      guard found else { return nil }
      return members[index].value
    }
    set {
      if let last = members.last, let newValue, Self.precedes(last.key, key) {
        members.append(Member(key: key, value: newValue))
        return
      }
      let (index, found) = position(of: key)
      switch (newValue, found) {
      case (let value?, true): members[index].value = value
      case (let value?, false): members.insert(Member(key: key, value: value), at: index)
      case (nil, true): members.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// This object with the members of `other` put over it.
  package func merging(_ other: JSONObject) -> JSONObject {
    var merged = self
    for member in other.members { merged[member.key] = member.value }
    return merged
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
