import Foundations

/// Turns YAML into parameter values as declared: durations to seconds, sizes to bytes.
struct ParameterReader {
  let collector: DiagnosticCollector

  /// The value of `node` for a declaration; reports and returns `nil` when it does not fit.
  func value(_ node: YAMLNode, for declaration: ParameterDeclaration, of stage: String)
    -> JSONValue?
  {
    let known = collector.found.count
    reportDuplicates(in: node, "\(stage): '\(declaration.name)'")
    guard collector.found.count == known else { return nil }
    guard let value = convert(node, declaration.type) else {
      var hint = ""
      if case .choice(let values) = declaration.type, let text = node.text,
        let guess = Suggestion.nearest(to: text, among: values)
      {
        hint = "Did you mean '\(guess)'?"
      } else if !declaration.doc.isEmpty {
        hint = "\(declaration.name): \(declaration.doc)"
      }
      let shown = node.text.map { "'\($0)'" } ?? node.kindName
      collector.report(
        node.position,
        "\(stage): '\(declaration.name)' must be \(declaration.type.expectation), this is \(shown)",
        hint: hint)
      return nil
    }
    if let number = value.double {
      let unit = declaration.unit.isEmpty ? "" : " \(declaration.unit)"
      if let minimum = declaration.minimum, number < minimum {
        collector.report(
          node.position,
          "\(stage): '\(declaration.name)' must be at least \(Self.plain(minimum))\(unit)")
        return nil
      }
      if let maximum = declaration.maximum, number > maximum {
        collector.report(
          node.position,
          "\(stage): '\(declaration.name)' must be at most \(Self.plain(maximum))\(unit)")
        return nil
      }
    }
    return value
  }

  /// Keys that stand twice in a mapping: one of the two values would be lost.
  private func reportDuplicates(in node: YAMLNode, _ what: String) {
    switch node.value {
    case .scalar: break
    case .sequence(let nodes): for node in nodes { reportDuplicates(in: node, what) }
    case .mapping(let pairs):
      var seen: [String: YAMLNode] = [:]
      for pair in pairs {
        reportDuplicates(in: pair.value, what)
        guard let key = pair.key.text else { continue }
        if let first = seen[key] {
          collector.report(
            pair.key.position, "the key '\(key)' stands twice in \(what)",
            hint: "It first stands at line \(first.position.line); keep one of the two.")
        }
        seen[key] = pair.key
      }
    }
  }

  private static func plain(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private func convert(_ node: YAMLNode, _ type: ParameterType) -> JSONValue? {
    switch type {
    case .list:
      guard let nodes = node.sequence else {
        // One value is a list of one.
        guard case .scalar = node.value, !node.isNull else { return nil }
        return Self.json(node).map { .array([$0]) }
      }
      let values = nodes.compactMap(Self.json)
      return values.count == nodes.count ? .array(values) : nil
    case .map:
      guard node.mapping != nil else { return nil }
      return Self.json(node)
    default: break
    }
    guard let scalar = YAMLScalar(node), let text = node.text else { return nil }
    switch type {
    case .string, .path, .secret:
      switch scalar {
      case .null: return nil
      case .string(let text): return .string(text)
      // `title: 2024` is a text to whoever writes it.
      default: return .string(text)
      }
    case .choice(let values): return values.contains(text) ? .string(text) : nil
    case .int:
      // What is done with a count must not overflow: nothing here is counted in more than billions.
      if case .int(let value) = scalar, value.magnitude <= 4_000_000_000 { return .int(value) }
      return nil
    case .float:
      switch scalar {
      case .int(let value): return .double(Double(value))
      case .float(let value) where value.isFinite: return .double(value)
      default: return nil
      }
    case .bool:
      if case .bool(let value) = scalar { return .bool(value) }
      return nil
    case .duration: return Units.seconds(text).map { .double($0) }
    case .size: return Units.bytes(text).map { JSONValue($0) }
    case .share: return Units.share(text).map { .double($0) }
    case .list, .map: return nil
    }
  }

  /// Any node as JSON; `nil` for what JSON cannot hold (keys that are not texts).
  static func json(_ node: YAMLNode) -> JSONValue? {
    switch node.value {
    case .scalar: return YAMLScalar(node)?.json
    case .sequence(let nodes):
      let values = nodes.compactMap(json)
      return values.count == nodes.count ? .array(values) : nil
    case .mapping(let pairs):
      var object = JSONObject()
      for pair in pairs {
        guard let key = pair.key.text, let value = json(pair.value) else { return nil }
        object[key] = value
      }
      return .object(object)
    }
  }
}
