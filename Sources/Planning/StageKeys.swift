import Foundations
import Manifest
import StageKit

/// What a stage key is made of, besides the items: everything that can change the result and nothing
/// else. Kept whole in the ledger, so that `why` can show what changed from what to what.
package enum StageKeys {
  /// The components of a stage's key, by name.
  package static func components(_ declaration: StageDeclaration, _ stage: any Stage) -> JSONObject {
    var components: JSONObject = [
      "kind": .string(declaration.definition.kind),
      "implementation_version": JSONValue(stage.implementationVersion),
      "definition_version": JSONValue(declaration.definition.version),
      "parameters": .object(declaration.keyParameters),
    ]
    let more = stage.keyComponents
    if !more.isEmpty { components["components"] = .object(more) }
    if !declaration.definition.prompts.isEmpty {
      components["prompts"] = .object(
        JSONObject(
          declaration.definition.prompts.sorted { $0.key < $1.key }.map {
            ($0.key, .string(Digest(of: $0.value).hex))
          }))
    }
    let projection: Projection? =
      switch stage {
      case let stage as any ItemStage: stage.projection
      case let stage as any CollectionStage: stage.projection
      default: nil
      }
    if let projection { components["reads"] = JSONValue(projection.names) }
    return components
  }
}

/// One key component that is not what it was.
package struct KeyChange: Sendable, Equatable {
  /// The dotted name: `parameters.max_tokens`.
  package let name: String
  /// `nil` when there was no such component.
  package let before: JSONValue?
  /// `nil` when there is none now.
  package let after: JSONValue?

  package init(name: String, before: JSONValue?, after: JSONValue?) {
    self.name = name
    self.before = before
    self.after = after
  }

  /// What differs between two sets of components, by name.
  package static func between(_ before: JSONObject, _ after: JSONObject) -> [KeyChange] {
    var changes: [KeyChange] = []
    compare("", .object(before), .object(after), into: &changes)
    return changes
  }

  private static func compare(
    _ name: String, _ before: JSONValue?, _ after: JSONValue?, into changes: inout [KeyChange]
  ) {
    if before == after { return }
    if let first = before?.object, let second = after?.object {
      for key in Set(first.keys + second.keys).sorted() {
        compare(name.isEmpty ? key : "\(name).\(key)", first[key], second[key], into: &changes)
      }
    } else {
      changes.append(KeyChange(name: name, before: before, after: after))
    }
  }

  /// `parameters.max_tokens: 1000 → 600`; digests are shortened, long texts cut around their first difference.
  package var text: String {
    guard let before, let after else { return "\(name): \(Self.alone(before)) → \(Self.alone(after))" }
    let shown = FirstDifference.shown(Self.text(before), Self.text(after), width: 80)
    return "\(name): \(shown.before) → \(shown.after)"
  }

  private static func alone(_ value: JSONValue?) -> String {
    guard let value else { return "(none)" }
    let text = text(value)
    return text.count > 80 ? String(text.prefix(77)) + "…" : text
  }

  private static func text(_ value: JSONValue) -> String {
    guard case .string(let text) = value else { return value.canonicalText }
    return Digest(hex: text) == nil ? text : String(text.prefix(12))
  }

  /// As the ledger and `--json` have it.
  package var json: JSONValue {
    ["name": .string(name), "before": before ?? .null, "after": after ?? .null]
  }

  /// Reads what `json` wrote.
  package init(_ json: JSONValue) throws(SluiceError) {
    guard let name = json["name"]?.string else {
      throw SluiceError(.corrupt, "a changed key component in the ledger has no name")
    }
    // `nil` is also how a JSON null is written in Swift: here it has to mean that there was none.
    func value(_ member: String) -> JSONValue? {
      guard let value = json[member], !value.isNull else { return Optional.none }
      return value
    }
    self.init(name: name, before: value("before"), after: value("after"))
  }
}
