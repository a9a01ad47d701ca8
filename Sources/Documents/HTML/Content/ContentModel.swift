import CContentModel
import Foundations
import Glibc

/// Gradient-boosted trees (Friedman 2001) that say how likely a piece of a page is content; trained by
/// scripts/train-content.
enum ContentModel {
  /// Tells this model from another.
  static let digest = String(cString: content_model_digest())
  /// What it wants to know of a piece, in this order.
  static let features = String(cString: content_features()).split(separator: " ").map(String.init)

  /// Where each tree begins, counted from the first one's beginning.
  private static let starts: [(node: Int, leaf: Int)] = {
    guard let (nodes, leaves) = first else { preconditionFailure("the model has no tree") }
    return (0..<content_tree_count()).map { number in
      let tree = content_tree(number)
      guard let node = tree.nodes, let leaf = tree.leaves else { preconditionFailure("tree \(number) is empty") }
      return (node - nodes, leaf - leaves)
    }
  }()

  private static var first: (nodes: UnsafePointer<content_node>, leaves: UnsafePointer<Float>)? {
    let tree = content_tree(0)
    guard let nodes = tree.nodes, let leaves = tree.leaves else { return nil }
    return (nodes, leaves)
  }

  /// How many pieces go through a tree one behind another: so many that the tree, and so few that what is known of them,
  /// stays in the fastest cache.
  private static let block = 16

  /// The probabilities that pieces are content, in steps of 1/4096: machines differ in the last bits of `exp`.
  /// - Parameters:
  ///   - values: what is known of them, `width` numbers a piece.
  static func probabilities(_ values: UnsafeBufferPointer<Float>, width: Int) -> [Float] {
    guard let (nodes, leaves) = first else { preconditionFailure("the model has no tree") }
    guard let values = values.baseAddress.map({ ($0, values.count / width) }) else { return [] }
    let (all, count) = values
    let starts = starts
    var totals = [Float](repeating: 0, count: count)
    totals.withUnsafeMutableBufferPointer { totals in
      for begin in stride(from: 0, to: count, by: block) {
        let end = min(count, begin + block)
        for start in starts {
          let tree = nodes + start.node
          let leaf = leaves + start.leaf
          for piece in begin..<end {
            let row = all + piece &* width
            var here = 0
            repeat {
              let node = tree[here]
              here = Int(row[Int(node.feature)] <= node.threshold ? node.below : node.above)
            } while here >= 0
            totals[piece] += leaf[-1 &- here]
          }
        }
      }
    }
    return totals.map { (4096 / (1 + expf(-$0))).rounded() / 4096 }
  }
}
