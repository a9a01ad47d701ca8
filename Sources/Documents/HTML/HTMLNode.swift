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
    let node = value
    guard node.attribute_count > 0, let all = tree.attributes else { return false }
    let length = letters.utf8CodeUnitCount
    let first = letters.utf8Start.pointee
    let start = Int(node.first_attribute)
    for place in start..<(start + Int(node.attribute_count)) {
      let attribute = all[place]
      guard Int(attribute.value_length) >= length, let text = attribute.value, Self.names(attribute) else { continue }
      var offset = 0
      let end = Int(attribute.value_length) - length
      while offset <= end {
        guard let found = memchr(text + offset, Int32(first), end - offset + 1) else { break }
        if memcmp(found, letters.utf8Start, length) == 0 { return true }
        offset = UnsafeRawPointer(found) - UnsafeRawPointer(text) + 1
      }
    }
    return false
  }

  /// Whether an attribute is `class`, `id` or `role`.
  private static func names(_ attribute: html_attribute) -> Bool {
    switch attribute.name_length {
    case 2: memcmp(attribute.name, "id", 2) == 0
    case 4: memcmp(attribute.name, "role", 4) == 0
    case 5: memcmp(attribute.name, "class", 5) == 0
    default: false
    }
  }

  /// The words of `class` and the `id`, in lower case.
  var labels: [String] {
    let text = [attribute("class"), attribute("id")].compactMap { $0 }.joined(separator: " ")
    return text.isEmpty
      ? [] : text.lowercased().split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
  }
}
