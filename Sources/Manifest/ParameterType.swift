import Foundations

/// The type of a parameter in a stage definition.
package enum ParameterType: Sendable, Equatable {
  case string, int, float, bool, duration, size, share, list, path, secret, map
  case choice([String])

  static let names = [
    "string", "int", "float", "bool", "duration", "size", "share", "list", "choice", "path",
    "secret", "map",
  ]

  init?(name: String, values: [String]) {
    switch name {
    case "string": self = .string
    case "int": self = .int
    case "float": self = .float
    case "bool": self = .bool
    case "duration": self = .duration
    case "size": self = .size
    case "share": self = .share
    case "list": self = .list
    case "path": self = .path
    case "secret": self = .secret
    case "map": self = .map
    case "choice": self = .choice(values)
    default: return nil
    }
  }

  /// What a person has to write.
  package var expectation: String {
    switch self {
    case .string: "a text"
    case .int: "a whole number"
    case .float: "a number"
    case .bool: "true or false"
    case .duration: "a duration with its unit, such as 200ms, 30s, 5m, 2h or 1d"
    case .size: "a size with its unit, such as 500KB, 10MB or 1GiB"
    case .share: "a share, such as 1% or 0.01"
    case .list: "a list"
    case .path: "a path"
    case .secret: "the name of an environment variable, written ${env.NAME}"
    case .map: "a mapping"
    case .choice(let values): "one of \(values.joined(separator: ", "))"
    }
  }
}

/// A parameter as a stage definition declares it.
package struct ParameterDeclaration: Sendable {
  /// As the pipeline file writes it.
  package var name: String
  package var type: ParameterType
  /// Already converted as parameters are; `nil` when there is none.
  package var defaultValue: JSONValue?
  /// Whether it has to be given.
  package var isRequired: Bool
  /// The least value that is taken.
  package var minimum: Double?
  /// The greatest value that is taken.
  package var maximum: Double?
  /// For people; empty when it has none.
  package var unit: String
  /// Whether it is part of the key.
  package var affectsOutput: Bool
  /// What the manual says of it.
  package var doc: String

  /// The parameter as a line of a manual: `max_tokens: int = 1000 (tokens)`.
  package var signature: String {
    var text = "\(name): \(typeName)"
    if let defaultValue { text += " = \(shown(defaultValue))" }
    if isRequired { text += ", required" }
    if !unit.isEmpty { text += " (\(unit))" }
    return text
  }

  private var typeName: String {
    if case .choice(let values) = type { return values.joined(separator: "|") }
    return "\(type)"
  }

  private func shown(_ value: JSONValue) -> String {
    switch (type, value) {
    case (.duration, _): Units.show(seconds: value.double ?? 0)
    case (.size, _): Units.show(bytes: value.int ?? 0)
    case (_, .string(let text)): text.isEmpty ? "\"\"" : text
    default: value.canonicalText
    }
  }
}
