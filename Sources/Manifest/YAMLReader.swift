import CYAML
import Foundations

/// Reads YAML with libyaml's events into nodes that know their places.
///
/// Limits keep hostile files from costing more than their size: bytes, depth, and the number of nodes
/// after aliases were followed ("billion laughs").
struct YAMLReader {
  static let maxBytes = 4_000_000
  private static let maxDepth = 64
  private static let maxNodes = 2_000_000

  private let source: SourceText
  private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
  private var nodes = 0

  private init(_ source: SourceText) { self.source = source }

  /// The one document of a file.
  static func read(_ source: SourceText) throws(Diagnostic) -> YAMLNode {
    let start = SourcePosition(line: 1, column: 1)
    if source.bytes.count > maxBytes {
      throw Diagnostic(
        SourceText(name: source.name, bytes: []), start,
        "the file has \(Units.show(bytes: source.bytes.count)), the limit is \(Units.show(bytes: maxBytes))",
        hint:
          "Is this a pipeline file? Lists of sources belong into a CSV or text file that an `import` stage reads."
      )
    }
    if let problem = binaryProblem(source) { throw problem }
    var reader = YAMLReader(source)
    return try reader.document()
  }

  /// Bytes that no text has: control characters, or what is not UTF-8.
  private static func binaryProblem(_ source: SourceText) -> Diagnostic? {
    var line = 1
    var column = 1
    func diagnostic(_ message: String) -> Diagnostic {
      Diagnostic(
        SourceText(name: source.name, bytes: []), SourcePosition(line: line, column: column),
        message,
        hint:
          "A pipeline file is UTF-8 text. Was another file meant, or was it saved in another encoding?"
      )
    }
    var decoder = UTF8()
    var iterator = source.bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .emptyInput: return nil
      case .error: return diagnostic("the file is not UTF-8 text")
      case .scalarValue(let scalar):
        if scalar == "\n" {
          line += 1
          column = 1
          continue
        }
        if !isText(scalar) && !(scalar == "\u{FEFF}" && line == 1 && column == 1) {
          return diagnostic(
            "the file has a control character (0x\(String(scalar.value, radix: 16)))")
        }
        column += 1
      }
    }
  }

  /// What YAML 1.2 counts as printable (5.1).
  private static func isText(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private mutating func document() throws(Diagnostic) -> YAMLNode {
    var parser = yaml_parser_t()
    yaml_parser_initialize(&parser)
    defer { yaml_parser_delete(&parser) }
    let result: Result<YAMLNode, Diagnostic> = source.bytes.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      do throws(Diagnostic) {
        var event = try next(&parser)
        while event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT {
          yaml_event_delete(&event)
          event = try next(&parser)
        }
        guard event.type != YAML_STREAM_END_EVENT else {
          yaml_event_delete(&event)
          throw Diagnostic(source, SourcePosition(line: 1, column: 1), "the file is empty")
        }
        let root = try node(&event, &parser, depth: 0).node
        event = try next(&parser)
        yaml_event_delete(&event)
        event = try next(&parser)
        defer { yaml_event_delete(&event) }
        guard event.type == YAML_STREAM_END_EVENT else {
          throw Diagnostic(
            source, Self.position(event.start_mark), "a second document begins here",
            hint: "One file, one document: put it into a file of its own.")
        }
        return .success(root)
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private func next(_ parser: inout yaml_parser_t) throws(Diagnostic) -> yaml_event_t {
    var event = yaml_event_t()
    if yaml_parser_parse(&parser, &event) == 1 { return event }
    throw syntaxError(parser)
  }

  private func syntaxError(_ parser: yaml_parser_t) -> Diagnostic {
    let position = Self.position(parser.problem_mark)
    let line = source.line(position.line)
    let indentation = line.prefix { $0 == " " || $0 == "\t" }
    if let tab = indentation.firstIndex(of: "\t") {
      let column = indentation.distance(from: indentation.startIndex, to: tab) + 1
      return Diagnostic(
        source, SourcePosition(line: position.line, column: column), "a tab in the indentation",
        hint: "YAML allows only spaces there: replace the tab by two spaces.")
    }
    var message = parser.problem.map { String(cString: $0) } ?? "this is not YAML"
    if let context = parser.context { message += " (\(String(cString: context)))" }
    return Diagnostic(source, position, "not valid YAML: \(message)")
  }

  private static func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(line: mark.line + 1, column: mark.column + 1)
  }

  /// The nodes up to the event that ends what holds them; `size` grows by all below them.
  private mutating func children(
    until end: yaml_event_type_t, _ parser: inout yaml_parser_t, depth: Int, _ size: inout Int
  ) throws(Diagnostic) -> (items: [YAMLNode], end: SourcePosition) {
    var items: [YAMLNode] = []
    while true {
      var event = try next(&parser)
      if event.type == end {
        defer { yaml_event_delete(&event) }
        return (items, Self.position(event.end_mark))
      }
      let child = try node(&event, &parser, depth: depth)
      items.append(child.node)
      size += child.size
    }
  }

  /// Builds the node that begins with `event`, which is consumed; `size` counts it and all below.
  private mutating func node(_ event: inout yaml_event_t, _ parser: inout yaml_parser_t, depth: Int)
    throws(Diagnostic) -> (node: YAMLNode, size: Int)
  {
    defer { yaml_event_delete(&event) }
    let position = Self.position(event.start_mark)
    guard depth < Self.maxDepth else {
      throw Diagnostic(source, position, "nested more than \(Self.maxDepth) levels deep")
    }
    func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
      pointer.map { String(cString: $0) }
    }
    var anchor: String?
    var built: YAMLNode
    var size = 1
    switch event.type {
    case YAML_ALIAS_EVENT:
      guard let name = text(event.data.alias.anchor) else { preconditionFailure("an alias names its anchor") }
      guard let target = anchors[name] else {
        throw Diagnostic(
          source, position, "there is no anchor &\(name) before this alias",
          hint: Suggestion.nearest(to: name, among: anchors.keys.sorted()).map {
            "Did you mean *\($0)?"
          } ?? "")
      }
      built = target.node
      built.position = position
      built.end = Self.position(event.end_mark)
      size = target.size
    case YAML_SCALAR_EVENT:
      anchor = text(event.data.scalar.anchor)
      let scalar = event.data.scalar
      let value = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
      built = YAMLNode(
        value: .scalar(value, isPlain: isPlain), position: position, end: Self.position(event.end_mark))
    case YAML_SEQUENCE_START_EVENT:
      anchor = text(event.data.sequence_start.anchor)
      let isFlow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
      let (items, end) = try children(until: YAML_SEQUENCE_END_EVENT, &parser, depth: depth + 1, &size)
      built = YAMLNode(value: .sequence(items), position: position, end: end, isFlow: isFlow)
    case YAML_MAPPING_START_EVENT:
      anchor = text(event.data.mapping_start.anchor)
      // Keys and values in turn.
      let isFlow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
      let (items, end) = try children(until: YAML_MAPPING_END_EVENT, &parser, depth: depth + 1, &size)
      let pairs = stride(from: 0, to: items.count - 1, by: 2).map { (key: items[$0], value: items[$0 + 1]) }
      built = YAMLNode(value: .mapping(pairs), position: position, end: end, isFlow: isFlow)
    default:
      throw Diagnostic(source, position, "not valid YAML here")
    }
    if event.type == YAML_ALIAS_EVENT {
      nodes += size
    } else {
      nodes += 1
    }
    guard nodes <= Self.maxNodes else {
      throw Diagnostic(
        source, position, "aliases make this file grow beyond \(Units.show(Self.maxNodes)) nodes",
        hint: "Write the value out where it is needed.")
    }
    if let anchor { anchors[anchor] = (built, size) }
    return (built, size)
  }
}
