import Foundations

/// Replaces `${params.x}` and `${item}` in the scalars of a pipeline file, and checks `${env.X}`.
///
/// A scalar that is nothing but one reference takes the type of what it refers to; `$$` is a dollar.
struct Interpolation {
  let parameters: [String: YAMLNode]
  let collector: DiagnosticCollector
  var hasEnvironment: (String) -> Bool
  /// The parameters whose values are those of `--set`.
  var overridden: Set<String> = []
  /// Whether what comes out is run by sh: then no value from outside of the text may bring code of its own along.
  var isForShell = false

  static func isNeeded(_ node: YAMLNode, marker: [UInt8] = [UInt8(ascii: "$")]) -> Bool {
    switch node.value {
    case .scalar(let text, _):
      return marker.count == 1
        ? text.utf8.contains(marker[0]) : ByteSearch.range(of: marker, in: Array(text.utf8)) != nil
    case .sequence(let nodes): return nodes.contains { isNeeded($0, marker: marker) }
    case .mapping(let pairs): return pairs.contains { isNeeded($0.value, marker: marker) }
    }
  }

  /// `node` with all references replaced. `${env.X}` stays as it is where `allowsEnvironment`.
  func expand(_ node: YAMLNode, item: YAMLNode?, allowsEnvironment: Bool = false) -> YAMLNode {
    guard Self.isNeeded(node) else { return node }
    var result = node
    switch node.value {
    case .sequence(let nodes):
      result.value = .sequence(
        nodes.map { expand($0, item: item, allowsEnvironment: allowsEnvironment) })
    case .mapping(let pairs):
      result.value = .mapping(
        pairs.map { ($0.key, expand($0.value, item: item, allowsEnvironment: allowsEnvironment)) })
    case .scalar(let text, _):
      if text.hasPrefix("${"),
        text.utf8.firstIndex(of: UInt8(ascii: "}")) == text.utf8.index(before: text.utf8.endIndex)
      {
        let name = String(text.dropFirst(2).dropLast())
        if name.hasPrefix("env.") {
          checkEnvironment(name, node.position, allowed: allowsEnvironment)
          return node
        }
        if var target = target(name, node.position, item: item) {
          target.position = node.position
          return target
        }
        return node
      }
      result.value = .scalar(
        text: expand(text, node.position, item: item, allowsEnvironment: allowsEnvironment))
    }
    return result
  }

  private func expand(
    _ text: String, _ position: SourcePosition, item: YAMLNode?, allowsEnvironment: Bool
  ) -> String {
    var output: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
        output.append(bytes[index])
        index += 1
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "$") {
        output.append(bytes[index])
        index += 2
      } else if bytes[index + 1] == UInt8(ascii: "{"),
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "}"))
      {
        let name = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
        // Looked for only when there is something to say of it: a large `foreach` comes here ten thousand times.
        func here() -> SourcePosition { place(of: Array(bytes[index...end]), from: position) }
        if name.hasPrefix("env.") {
          checkEnvironment(name, here(), allowed: allowsEnvironment)
          output.append(contentsOf: bytes[index...end])
        } else if let target = target(name, here(), item: item) {
          if let value = target.text {
            output.append(contentsOf: value.utf8)
          } else {
            collector.report(
              here(), "${\(name)} is \(target.kindName), inside a text only a single value can stand")
          }
        }
        index = end + 1
      } else {
        output.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Where a reference stands in the file: quotes, escapes and folded lines lie between it and the begin
  /// of its scalar, so that counting in the value would point beside it.
  private func place(of reference: [UInt8], from position: SourcePosition) -> SourcePosition {
    let bytes = collector.source.bytes
    var start = 0
    for _ in 1..<max(1, position.line) {
      guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return position }
      start = end + 1
    }
    let lead = String(decoding: bytes[start...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    start += String(String.UnicodeScalarView(lead.unicodeScalars.prefix(position.column - 1))).utf8.count
    guard start <= bytes.count, let found = ByteSearch.range(of: reference, in: bytes, from: start) else {
      return position
    }
    let between = bytes[start..<found.lowerBound]
    guard let newline = between.lastIndex(of: UInt8(ascii: "\n")) else {
      let count = String(decoding: between, as: UTF8.self).unicodeScalars.count
      return SourcePosition(line: position.line, column: position.column + count)
    }
    let lines = between.count { $0 == UInt8(ascii: "\n") }
    let count = String(decoding: between[(newline + 1)...], as: UTF8.self).unicodeScalars.count
    return SourcePosition(line: position.line + lines, column: count + 1)
  }

  private func target(_ name: String, _ position: @autoclosure () -> SourcePosition, item: YAMLNode?) -> YAMLNode? {
    if name == "item" {
      if item == nil {
        collector.report(position(), "${item} has a meaning only in a stage with 'foreach'")
      }
      if let item { checkCode(in: item, name, position()) }
      return item
    }
    if name.hasPrefix("params.") {
      let key = String(name.dropFirst(7))
      if let value = parameters[key] {
        if overridden.contains(key) { checkCode(in: value, name, position()) }
        return value
      }
      let guess = Suggestion.nearest(to: key, among: parameters.keys.sorted())
      collector.report(
        position(), "there is no parameter '\(key)' under 'params'",
        hint: guess.map { "Did you mean ${params.\($0)}?" } ?? "Add it: params: {\(key): …}")
      return nil
    }
    collector.report(
      position(), "${\(name)} is not known here",
      hint:
        "Known are ${params.NAME}, ${item} with 'foreach', and ${env.NAME} for secrets. A dollar for the shell is written $$: $${\(name)}."
    )
    return nil
  }

  /// A value of `--set` or `foreach` stands in a `run` as a person would write it there; what the file says under `params`
  /// is written by whoever writes the line.
  private func checkCode(in value: YAMLNode, _ name: String, _ position: @autoclosure () -> SourcePosition) {
    guard isForShell, let text = value.text, text.unicodeScalars.contains(where: Self.codes) else { return }
    collector.report(
      position(), "the value of ${\(name)} has characters that sh would take for code: \(text.debugDescription)",
      hint: "Give it as a variable: name it in 'env', export it, and write \"$NAME\" in the line.")
  }

  private static func codes(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "$", "`", "'", "\"", "\\", ";", "&", "|", "<", ">", "(", ")", "\n", "\r", "\0": true
    default: false
    }
  }

  private func checkEnvironment(_ reference: String, _ position: @autoclosure () -> SourcePosition, allowed: Bool) {
    let name = String(reference.dropFirst(4))
    guard allowed else {
      return collector.report(
        position(), "${\(reference)} cannot stand here: the environment is for secrets only",
        hint: "Use it for a parameter of type secret; for anything else use 'params' and --set.")
    }
    if !hasEnvironment(name) {
      collector.report(
        position(), "the environment variable \(name) is not set",
        hint: "Set it before the run: export \(name)=…")
    }
  }
}

extension YAMLNode.Value {
  static func scalar(text: String) -> Self { .scalar(text, isPlain: false) }
}
