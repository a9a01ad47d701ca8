import CLexbor
import Foundations

/// The tree of a page, by the WHATWG algorithm (lexbor), laid out in document order: the part of the page below a node
/// is the range of numbers from the node to its end.
final class HTMLTree {
  private let handle: OpaquePointer
  let nodes: UnsafeBufferPointer<html_node>
  let attributes: UnsafePointer<html_attribute>?

  /// Deeper trees are refused: no page that was made for people comes near.
  static let deepest = 5_000

  /// Parses a page in UTF-8.
  init(utf8 text: [UInt8]) throws(ItemProblem) {
    var status = HTML_OK
    let parsed = text.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { bytes in
        html_parse(bytes.baseAddress, bytes.count, UInt32(Self.deepest), &status)
      }
    }
    guard let parsed else {
      switch status {
      case HTML_TOO_DEEP:
        throw ItemProblem("too_deep", "the page nests elements more than \(Units.show(Self.deepest)) deep")
      case HTML_TOO_LARGE: throw ItemProblem("too_large", "the page has more than 50 million nodes")
      default: throw ItemProblem("out_of_memory", "there is not enough memory to parse the page")
      }
    }
    handle = parsed
    var count = 0
    let start = html_nodes(parsed, &count)
    nodes = UnsafeBufferPointer(start: start, count: count)
    attributes = html_attributes(parsed)
  }

  deinit { html_free(handle) }

  var root: HTMLNode { HTMLNode(tree: self, index: 0) }

  /// The elements that a list of CSS selectors matches, by number; `nil` when the selectors cannot be read.
  func select(_ selectors: String) -> [Bool]? {
    var marks = [UInt8](repeating: 0, count: nodes.count)
    var selectors = selectors
    let done = selectors.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { html_select(handle, $0.baseAddress, $0.count, &marks) }
    }
    return done ? marks.map { $0 != 0 } : nil
  }

  /// The name of an element as the page has it, in lower case; also of those that HTML does not know.
  func name(_ node: HTMLNode) -> String {
    var length = 0
    guard let start = html_name(handle, UInt32(node.index), &length) else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }
}
