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

  // What the trees point to never changes.
  nonisolated(unsafe) private static let trees = (0..<content_tree_count()).map { content_tree($0) }

  /// The probability that a piece is content, in steps of 1/4096: machines differ in the last bits of `exp`.
  static func probability(_ values: UnsafePointer<Float>) -> Float {
    var total: Float = 0
    for tree in trees {
      guard let nodes = tree.nodes, let leaves = tree.leaves else { continue }
      var here = 0
      repeat {
        let node = nodes[here]
        here = Int(values[Int(node.feature)] <= node.threshold ? node.below : node.above)
      } while here >= 0
      total += leaves[-1 - here]
    }
    return (4096 / (1 + expf(-total))).rounded() / 4096
  }
}
