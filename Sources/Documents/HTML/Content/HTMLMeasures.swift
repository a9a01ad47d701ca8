import CLexbor
import Foundations

/// Sums over the nodes of a page in document order, so that what is below any node is a difference of two numbers.
struct HTMLMeasures {
  struct Sums {
    /// Characters of text that is shown, white space apart.
    var text: UInt32 = 0
    /// Those of them inside links.
    var linked: UInt32 = 0
    var words: UInt32 = 0
    /// `.` `!` `?` and their Chinese sisters, commas apart.
    var stops: UInt32 = 0
    var commas: UInt32 = 0
    var digits: UInt32 = 0
    var capitals: UInt32 = 0
    var links: UInt32 = 0
    var paragraphs: UInt32 = 0
    /// Text in paragraphs of at least 80 characters.
    var prose: UInt32 = 0
    var items: UInt32 = 0
    var headings: UInt32 = 0
    var images: UInt32 = 0
    var controls: UInt32 = 0

    init() {}

    /// Of a text that stands in no node.
    init(of text: String) {
      var text = text
      text.withUTF8 { HTMLMeasures.count($0, isLinked: false, &self) }
    }
  }

  /// Before each node, and after the last.
  private(set) var sums: [Sums]
  /// The labels of a node, of it and its two nearest ancestors, and of all ancestors.
  private(set) var labels: [HTMLLabels]
  private(set) var nearLabels: [HTMLLabels]
  private(set) var allLabels: [HTMLLabels]
  private(set) var around: [HTMLSurroundings]

  init(_ tree: HTMLTree) {
    let count = tree.nodes.count
    sums = []
    sums.reserveCapacity(count + 1)
    labels = Array(repeating: [], count: count)
    nearLabels = labels
    allLabels = labels
    around = Array(repeating: [], count: count)
    var sum = Sums()
    var droppedUntil = 0
    var linkedUntil = 0
    for index in 0..<count {
      sums.append(sum)
      let node = HTMLNode(tree: tree, index: index)
      let parent = Int(tree.nodes[index].parent)
      switch node.kind {
      case .other: break
      case .text:
        allLabels[index] = allLabels[parent]
        nearLabels[index] = nearLabels[parent]
        around[index] = around[parent]
        if index >= droppedUntil { Self.count(node.text, isLinked: index < linkedUntil, &sum) }
      case .element:
        let tag = node.tag
        let own = HTMLLabels(of: node)
        labels[index] = own
        let above = index == 0 ? HTMLLabels() : labels[parent]
        let aboveThat = index == 0 ? HTMLLabels() : labels[Int(tree.nodes[parent].parent)]
        nearLabels[index] = own.union(above).union(aboveThat)
        // What is said of the whole page says nothing of a part.
        allLabels[index] = tag == .html || tag == .body ? [] : allLabels[parent].union(own)
        around[index] = around[parent].union(HTMLSurroundings(of: node, tag))
        if case .dropped = tag.role {
          droppedUntil = max(droppedUntil, node.end)
          if tag == .img { sum.images += 1 }
          if tag == .button || tag == .input || tag == .select { sum.controls += 1 }
        } else if tag == .a {
          linkedUntil = max(linkedUntil, node.end)
          sum.links += 1
        } else if tag == .p {
          sum.paragraphs += 1
        } else if tag == .li {
          sum.items += 1
        } else if case .heading = tag.role {
          sum.headings += 1
        }
      }
    }
    sums.append(sum)
    addProse(tree)
  }

  /// What stands between two nodes, the second not included.
  func between(_ first: Int, _ end: Int) -> Sums {
    let a = sums[first]
    let b = sums[end]
    var sums = Sums()
    sums.text = b.text - a.text
    sums.linked = b.linked - a.linked
    sums.words = b.words - a.words
    sums.stops = b.stops - a.stops
    sums.commas = b.commas - a.commas
    sums.digits = b.digits - a.digits
    sums.capitals = b.capitals - a.capitals
    sums.links = b.links - a.links
    sums.paragraphs = b.paragraphs - a.paragraphs
    sums.prose = b.prose - a.prose
    sums.items = b.items - a.items
    sums.headings = b.headings - a.headings
    sums.images = b.images - a.images
    sums.controls = b.controls - a.controls
    return sums
  }

  /// What is below a node.
  func below(_ node: HTMLNode) -> Sums { between(node.index, node.end) }

  private mutating func addProse(_ tree: HTMLTree) {
    var prose: UInt32 = 0
    var end = 0
    for index in sums.indices {
      sums[index].prose = prose
      guard index < tree.nodes.count, index >= end else { continue }
      let node = HTMLNode(tree: tree, index: index)
      guard node.isElement, node.tag == .p else { continue }
      let text = sums[node.end].text - sums[index].text
      let linked = sums[node.end].linked - sums[index].linked
      if text >= 80, linked * 3 < text { prose += text }
      end = node.end
    }
  }

  fileprivate static func count(_ text: UnsafeBufferPointer<UInt8>, isLinked: Bool, _ sum: inout Sums) {
    var characters: UInt32 = 0
    var inWord = false
    var before: UInt8 = 0
    for byte in text {
      if byte <= 0x20 {
        inWord = false
      } else {
        if byte & 0xC0 != 0x80 { characters += 1 }
        if !inWord {
          sum.words += 1
          inWord = true
        }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): sum.stops += 1
        case UInt8(ascii: ","): sum.commas += 1
        case 0x30...0x39: sum.digits += 1
        case 0x41...0x5A: sum.capitals += 1
        // U+3001 and U+3002, U+FF0C, U+FF01 and U+FF1F end in these.
        case 0x82 where before == 0x80: sum.stops += 1
        case 0x81 where before == 0x80, 0x8C where before == 0xBC: sum.commas += 1
        default: break
        }
      }
      before = byte
    }
    sum.text += characters
    if isLinked { sum.linked += characters }
  }
}
