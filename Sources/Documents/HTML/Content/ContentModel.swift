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

  /// The probability that a piece is content, in steps of 1/4096: machines differ in the last bits of `exp`.
  static func probability(_ values: UnsafePointer<Float>) -> Float {
    guard let (nodes, leaves) = first else { preconditionFailure("the model has no tree") }
    var total: Float = 0
    for start in starts {
      var here = 0
      repeat {
        let node = nodes[start.node + here]
        here = Int(values[Int(node.feature)] <= node.threshold ? node.below : node.above)
      } while here >= 0
      total += leaves[start.leaf - 1 - here]
    }
    return (4096 / (1 + expf(-total))).rounded() / 4096
  }
}
