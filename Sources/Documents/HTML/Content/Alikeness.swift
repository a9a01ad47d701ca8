import Foundations

/// How often pieces of the same make (tag and classes of their block and of the block around it) stand on a page, and
/// how much text they hold together: lists of teasers are many and alike.
struct Alikeness {
  private(set) var count: [Int] = []
  private(set) var text: [UInt32] = []
  private(set) var linked: [UInt32] = []

  private struct Group {
    var count = 0
    var text: UInt32 = 0
    var linked: UInt32 = 0
  }

  /// - Parameter parents: Whether to look at the two blocks above instead.
  init(_ page: HTMLPage, _ own: [HTMLMeasures.Sums], _ measures: HTMLMeasures, parents: Bool) {
    var groups: [UInt64: Group] = [:]
    let keys = page.pieces.map { piece in
      var node = HTMLNode(tree: page.tree, index: piece.block)
      if parents { node = node.parent?.parent ?? node }
      return Self.make(of: node)
    }
    for (index, key) in keys.enumerated() {
      groups[key, default: Group()].count += 1
      groups[key, default: Group()].text += own[index].text
      groups[key, default: Group()].linked += own[index].linked
    }
    for key in keys {
      let group = groups[key] ?? Group()
      count.append(group.count)
      text.append(group.text)
      linked.append(group.linked)
    }
  }

  private static func make(of node: HTMLNode) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ node: HTMLNode) {
      hash = (hash ^ UInt64(node.tag.number)) &* 0x100_0000_01b3
      for byte in node.bytes("class") ?? UnsafeBufferPointer(start: nil, count: 0) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    add(node)
    if let parent = node.parent { add(parent) }
    return hash
  }
}
