import Foundations

/// Which space a vector belongs to: everything that shaped it. It stands in the key of each vector
/// and in the header of each index.
package struct VectorPassport: Sendable, Hashable {
  /// provider, model, dim, pooling, normalization, precision, max_length, digests of tokenizer and weights,
  /// runtime, base_url, key_env; only what is known.
  package let members: JSONObject
  /// Those that this version knows.
  package let fields: PassportFields

  package init(_ members: JSONObject) {
    self.members = members
    do { fields = try members.decoded() } catch { preconditionFailure("a member that is wrong counts as missing") }
  }

  package init(_ fields: PassportFields) {
    self.fields = fields
    members = JSONObject(encoding: fields)
  }

  package var model: String { fields.model ?? "?" }
  /// The number of dimensions; 0 when a server has not been asked yet.
  package var dimensions: Int { fields.dimensions ?? 0 }
  /// The widest vectors that are taken: the widest models have 8,192 dimensions.
  package static let mostDimensions = 16_384

  /// What differs between the spaces of two passports; empty when their vectors can be compared.
  ///
  /// The version of the runtime is no difference: it moves a vector by some 1e-7; nor is the variable that
  /// holds the key. A member that one of them does not know is none either.
  package func differences(from other: VectorPassport) -> [String] {
    members.members.compactMap { member in
      guard member.key != "runtime", member.key != "key_env",
        let theirs = other.members[member.key], theirs != member.value
      else { return nil }
      return "\(member.key): \(Self.show(member.value)) here, \(Self.show(theirs)) there"
    }
  }

  private static func show(_ value: JSONValue) -> String {
    let text = value.string ?? value.canonicalText
    return text.hasPrefix("sha256:") ? String(text.prefix(19)) + "…" : text
  }
}
