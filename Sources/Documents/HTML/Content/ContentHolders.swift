import CLexbor

/// The parts of a page around each node, found once for all: a page may nest thousands of them.
struct ContentHolders {
  private unowned(unsafe) let tree: HTMLTree
  /// Of each node, the nearest one around it that holds more pieces; -1 when there is none below `html`.
  private var larger: [Int32]
  /// Of each node, the outermost parts that it stands in which do not hold all but everything; -1 beyond the last.
  private var outer: [(Int32, Int32, Int32)]

  /// - Parameter begun: how many pieces begin before each node.
  init(_ tree: HTMLTree, _ begun: [Int32], _ measures: HTMLMeasures, _ whole: HTMLMeasures.Sums) {
    self.tree = tree
    larger = [Int32](repeating: -1, count: tree.nodes.count)
    outer = [(Int32, Int32, Int32)](repeating: (-1, -1, -1), count: tree.nodes.count)
    func held(_ node: HTMLNode) -> Int32 { begun[node.end] - begun[node.index] }
    for index in tree.nodes.indices.dropFirst() {
      let node = HTMLNode(tree: tree, index: index)
      guard let parent = node.parent else { continue }
      if parent.tag != .html {
        larger[index] = held(parent) > held(node) ? Int32(parent.index) : larger[parent.index]
      }
      if node.tag == .body || node.tag == .html { continue }
      outer[index] = outer[parent.index]
      if outer[index].2 < 0, measures.below(node).text * 20 < whole.text * 19 {
        if outer[index].0 < 0 {
          outer[index].0 = Int32(index)
        } else if outer[index].1 < 0 {
          outer[index].1 = Int32(index)
        } else {
          outer[index].2 = Int32(index)
        }
      }
    }
  }

  func next(of node: HTMLNode) -> HTMLNode? { found(larger[node.index]) }

  /// The large parts that a node stands in, from the outside: the children of the body and theirs, at most three.
  func parts(of node: HTMLNode) -> [HTMLNode] {
    let (first, second, third) = outer[node.index]
    return [first, second, third].compactMap { found($0) }
  }

  private func found(_ index: Int32) -> HTMLNode? { index < 0 ? nil : HTMLNode(tree: tree, index: Int(index)) }
}
