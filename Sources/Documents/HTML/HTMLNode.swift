import CGumbo
import Foundations

/// A node of gumbo's tree; only good while the tree lives.
struct HTMLNode {
  let pointer: UnsafeMutablePointer<GumboNode>

  enum Kind { case element, text, other }

  var kind: Kind {
    switch pointer.pointee.type {
    case GUMBO_NODE_ELEMENT, GUMBO_NODE_TEMPLATE: .element
    case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE, GUMBO_NODE_CDATA: .text
    default: .other
    }
  }

  var tag: GumboTag { pointer.pointee.v.element.tag }
  var name: String { HTMLTag.name(tag) }
  var role: HTMLRole { HTMLTag.role(tag) }

  /// The bytes of a text node.
  var text: UnsafeBufferPointer<UInt8> {
    guard let start = pointer.pointee.v.text.text else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    var end = start
    while end.pointee != 0 { end += 1 }
    return UnsafeRawBufferPointer(start: start, count: end - start).assumingMemoryBound(
      to: UInt8.self)
  }

  struct Children: Sequence, IteratorProtocol {
    private var next_: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    private var left: UInt32
    init(_ vector: GumboVector) {
      next_ = vector.data
      left = vector.length
    }
    mutating func next() -> HTMLNode? {
      guard left > 0, let here = next_, let raw = here.pointee else { return nil }
      next_ = here + 1
      left -= 1
      return HTMLNode(pointer: raw.assumingMemoryBound(to: GumboNode.self))
    }
  }

  var children: Children {
    kind == .element ? Children(pointer.pointee.v.element.children) : Children(GumboVector())
  }

  var hasAttributes: Bool { pointer.pointee.v.element.attributes.length > 0 }

  func attribute(_ name: StaticString) -> String? {
    var attributes = pointer.pointee.v.element.attributes
    guard attributes.length > 0 else { return nil }
    let found = gumbo_get_attribute(
      &attributes, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    return found.map { String(cString: $0.pointee.value) }
  }

  /// The words of `class` and the `id`, in lower case.
  var labels: [String] {
    let text = [attribute("class"), attribute("id")].compactMap { $0 }.joined(separator: " ")
    return text.isEmpty
      ? [] : text.lowercased().split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
  }
}
