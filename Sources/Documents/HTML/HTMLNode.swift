import CLexbor
import Foundations
import Glibc

/// A node of a tree; only good while the tree lives.
struct HTMLNode {
  /// The tree is held by who walks it: a reference here would be counted at every step.
  unowned(unsafe) let tree: HTMLTree
  /// Its number in document order.
  let index: Int

  enum Kind { case element, text, other }

  private var value: html_node { tree.nodes[index] }

  var kind: Kind {
    switch Int(value.kind) {
    case HTML_ELEMENT: .element
    case HTML_TEXT: .text
    default: .other
    }
  }

  var isElement: Bool { Int(value.kind) == HTML_ELEMENT }
  var tag: HTMLTag { HTMLTag(number: value.tag) }
  var role: HTMLRole { tag.role }
  /// One past the number of the last node below.
  var end: Int { Int(value.end) }
  var parent: HTMLNode? { index == 0 ? nil : HTMLNode(tree: tree, index: Int(value.parent)) }

  /// The bytes of a text node.
  var text: UnsafeBufferPointer<UInt8> {
    let node = value
    return UnsafeRawBufferPointer(start: node.text, count: node.text == nil ? 0 : Int(node.text_length))
      .assumingMemoryBound(to: UInt8.self)
  }

  struct Children: Sequence, IteratorProtocol {
    unowned(unsafe) fileprivate let tree: HTMLTree
    fileprivate var here: Int
    fileprivate let end: Int

    mutating func next() -> HTMLNode? {
      guard here < end else { return nil }
      defer { here = Int(tree.nodes[here].end) }
      return HTMLNode(tree: tree, index: here)
    }
  }

  var children: Children { Children(tree: tree, here: index + 1, end: end) }

  var hasAttributes: Bool { value.attribute_count > 0 }

  /// The bytes of an attribute's value; the name in lower case.
  func bytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
    let node = value
    guard node.attribute_count > 0, let all = tree.attributes else { return nil }
    for place in Int(node.first_attribute)..<(Int(node.first_attribute) + Int(node.attribute_count)) {
      let attribute = all[place]
      guard Int(attribute.name_length) == name.utf8CodeUnitCount,
        memcmp(attribute.name, name.utf8Start, name.utf8CodeUnitCount) == 0
      else { continue }
      return UnsafeRawBufferPointer(start: attribute.value, count: Int(attribute.value_length))
        .assumingMemoryBound(to: UInt8.self)
    }
    return nil
  }

  func attribute(_ name: StaticString) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a class, id or role has these letters; quicker than its words.
  func mentions(_ letters: StaticString) -> Bool {
    for name in ["class", "id", "role"] as [StaticString] {
      let length = letters.utf8CodeUnitCount
      guard let value = bytes(name), let start = value.baseAddress, value.count >= length else { continue }
      for offset in 0...(value.count - length) where value[offset] == letters.utf8Start.pointee {
        if memcmp(start + offset, letters.utf8Start, length) == 0 { return true }
      }
    }
    return false
  }

  /// The words of `class` and the `id`, in lower case.
  var labels: [String] {
    let text = [attribute("class"), attribute("id")].compactMap { $0 }.joined(separator: " ")
    return text.isEmpty
      ? [] : text.lowercased().split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
  }
}
