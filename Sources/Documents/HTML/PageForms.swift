/// What is known of the forms of a page: found once, when the first control is met.
final class PageForms {
  private unowned(unsafe) let tree: HTMLTree
  /// Whether forms are filled in by readers, as far as it was asked.
  var areForReaders: [Int: Bool] = [:]
  private lazy var found = Self.find(tree)

  init(_ tree: HTMLTree) { self.tree = tree }

  /// Whether a page has anything around its content.
  lazy var isSurrounded = tree.nodes.indices.contains { index in
    let node = HTMLNode(tree: tree, index: index)
    return node.isElement && Self.edges.contains(node.tag)
  }

  private static let edges: Set<HTMLTag> = [.nav, .header, .footer, .aside]

  /// The label of a control that names it by its id, or that is around it.
  func label(of control: HTMLNode) -> HTMLNode? { found.labels[control.index].map { HTMLNode(tree: tree, index: $0) } }

  /// The control that a label is for.
  func control(of label: HTMLNode) -> HTMLNode? { found.controls[label.index].map { HTMLNode(tree: tree, index: $0) } }

  private static let labelable: Set<HTMLTag> = [.input, .select, .textarea, .meter, .progress, .output, .button]

  private static func find(_ tree: HTMLTree) -> (labels: [Int: Int], controls: [Int: Int]) {
    var labels: [Int: Int] = [:]
    var controls: [Int: Int] = [:]
    var byID: [String: Int] = [:]
    var asked: [(label: Int, id: String)] = []
    // The label around what is looked at.
    var around: (index: Int, end: Int) = (0, 0)
    for index in tree.nodes.indices {
      let node = HTMLNode(tree: tree, index: index)
      guard node.isElement else { continue }
      if node.tag == .label {
        around = (index, node.end)
        if let id = node.attribute("for"), !id.isEmpty {
          asked.append((index, id))
          around = (0, 0)
        }
      }
      guard labelable.contains(node.tag) else { continue }
      if let id = node.attribute("id"), byID[id] == nil { byID[id] = index }
      if index < around.end, controls[around.index] == nil,
        node.bytes("type").map({ $0.elementsEqual("hidden".utf8) }) != true
      {
        (controls[around.index], labels[index]) = (index, around.index)
      }
    }
    for (label, id) in asked {
      guard let control = byID[id] else { continue }
      controls[label] = control
      if labels[control] == nil { labels[control] = label }
    }
    return (labels, controls)
  }
}
