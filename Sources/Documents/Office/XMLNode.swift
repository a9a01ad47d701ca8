import Formats
import Foundations

/// A part of an office document as a tree, with the attributes that its reader asks for.
struct XMLNode {
  let name: String
  private(set) var attributes: [String: String] = [:]
  private(set) var children: [XMLNode] = []
  /// Text directly in it comes as children without a name.
  private(set) var text = ""

  /// Deeper ones are refused.
  private static let deepest = 400

  /// The root of a part; `nil` when it is not there.
  /// - Parameter attributes: which to keep, whatever the element.
  static func read(_ archive: ZipArchive, _ part: String, _ names: XMLNames, attributes: [String]) throws -> XMLNode? {
    try read(part, attributes: attributes) { try archive.events(part, names, $0) }
  }

  /// The root of what `events` reports; `nil` when that is nothing.
  static func read(
    _ part: String, attributes: [String], _ events: ((XMLEvents.Event) throws -> Void) throws -> Void
  ) throws -> XMLNode? {
    var open: [XMLNode] = []
    var root: XMLNode?
    try events { event in
      switch event {
      case .opening(let name, let attribute):
        guard open.count < deepest else {
          throw ItemProblem("too_deep", "\(part) nests elements more than \(deepest) deep")
        }
        var node = XMLNode(name: name)
        for wanted in attributes { if let value = attribute(wanted) { node.attributes[wanted] = value } }
        open.append(node)
      case .closing:
        guard let node = open.popLast() else { return }
        if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
      case .text(let text):
        guard !open.isEmpty else { return }
        var node = XMLNode(name: "")
        node.text = text
        open[open.count - 1].children.append(node)
      }
    }
    return root
  }

  private init(name: String) { self.name = name }

  subscript(_ attribute: String) -> String? { attributes[attribute] }

  func int(_ attribute: String) -> Int? { attributes[attribute].flatMap { Int($0) } }

  /// The first child of a name.
  func child(_ name: String) -> XMLNode? { children.first { $0.name == name } }

  /// The child at the end of a path of names.
  func at(_ path: String...) -> XMLNode? {
    var node: XMLNode? = self
    for name in path { node = node?.child(name) }
    return node
  }

  func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

  /// The first node of a name at any depth.
  func first(_ name: String) -> XMLNode? {
    for child in children {
      if child.name == name { return child }
      if let found = child.first(name) { return found }
    }
    return nil
  }

  /// All text in it.
  var plain: String { name.isEmpty ? text : children.map(\.plain).joined() }
}
