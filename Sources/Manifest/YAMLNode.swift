import Foundations

/// A node of a YAML file and where it stands.
struct YAMLNode: Sendable {
  enum Value: Sendable {
    /// `isPlain`: written without quotes, so that the core schema decides its type.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  var value: Value
  var position: SourcePosition
  /// Just behind it; only exact of scalars in one line and of what stands in brackets.
  var end: SourcePosition
  /// Whether it stands in `[…]` or `{…}`.
  var isFlow = false

  init(value: Value, position: SourcePosition, end: SourcePosition? = nil, isFlow: Bool = false) {
    self.value = value
    self.position = position
    self.end = end ?? position
    self.isFlow = isFlow
  }

  /// What a person would call it.
  var kindName: String {
    switch value {
    case .scalar: YAMLScalar(self)?.kindName ?? "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  var text: String? {
    if case .scalar(let text, _) = value { text } else { nil }
  }

  /// Whether nothing was written: `key:` or `~` or `null`.
  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = value {
      return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }
    return false
  }

  var sequence: [YAMLNode]? {
    if case .sequence(let nodes) = value { nodes } else { nil }
  }

  var mapping: [(key: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let pairs) = value { pairs } else { nil }
  }
}

/// A scalar by the YAML 1.2 core schema, in which `no` and `on` are texts.
enum YAMLScalar {
  case null
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case string(String)

  init?(_ node: YAMLNode) {
    guard case .scalar(let text, let isPlain) = node.value else { return nil }
    guard isPlain else {
      self = .string(text)
      return
    }
    self.init(plain: text)
  }

  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    case ".inf", ".Inf", "+.inf": self = .float(.infinity)
    case "-.inf": self = .float(-.infinity)
    case ".nan", ".NaN": self = .float(.nan)
    default:
      guard let first = text.utf8.first,
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || first == UInt8(ascii: "-")
          || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
      else {
        self = .string(text)
        return
      }
      if let value = Int64(text) {
        self = .int(value)
      } else if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16) {
        self = .int(value)
      } else if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8) {
        self = .int(value)
      } else if text.utf8.allSatisfy({ ("0123456789+-.eE" as String).utf8.contains($0) }),
        let value = Double(text)
      {
        self = .float(value)
      } else {
        self = .string(text)
      }
    }
  }

  var kindName: String {
    switch self {
    case .null: "nothing"
    case .bool: "true or false"
    case .int: "a whole number"
    case .float: "a number"
    case .string: "a text"
    }
  }

  var json: JSONValue {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .float(let value): .double(value)
    case .string(let value): .string(value)
    }
  }
}
