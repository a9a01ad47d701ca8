import CLayoutModel
import Foundations
import Glibc

/// Gradient-boosted trees (Friedman 2001) that say what a line of a PDF is; trained by `scripts/train-layout` on
/// documents whose truth is known.
enum PDFLayoutModel {
  enum Label: String, CaseIterable {
    case text, heading, item, caption, code
    /// Nothing of the document's own: what stands at the edges of pages, pieces of tables.
    case other

    /// Its place among the model's answers.
    var place: Int {
      switch self {
      case .text: 0
      case .heading: 1
      case .item: 2
      case .caption: 3
      case .code: 4
      case .other: 5
      }
    }
  }

  /// Where each tree begins, counted from the first one's beginning.
  private static let starts: [(node: Int, leaf: Int)] = {
    let inputs = String(cString: layout_features()).split(separator: " ").map(String.init)
    let labels = String(cString: layout_labels()).split(separator: " ").map(String.init)
    precondition(inputs == PDFLayoutFeatures.names, "the layout model was trained on other features: train it again")
    precondition(labels == Label.allCases.map(\.rawValue), "the layout model knows other labels: train it again")
    let (nodes, leaves) = first
    return (0..<layout_tree_count()).map { number in
      let tree = layout_tree(number)
      guard let node = tree.nodes, let leaf = tree.leaves else { preconditionFailure("tree \(number) is empty") }
      return (node - nodes, leaf - leaves)
    }
  }()

  private static var first: (nodes: UnsafePointer<layout_node>, leaves: UnsafePointer<Float>) {
    let tree = layout_tree(0)
    guard let nodes = tree.nodes, let leaves = tree.leaves else { preconditionFailure("the model has no tree") }
    return (nodes, leaves)
  }

  /// The probability of each label, in the order of `Label`, in steps of 1/4096: machines differ in the last bits of `exp`.
  static func probabilities(_ values: [Float]) -> [Float] {
    var scores = [Float](repeating: 0, count: Label.allCases.count)
    let (nodes, leaves) = first
    var label = 0
    values.withUnsafeBufferPointer { values in
      for start in starts {
        var here = 0
        repeat {
          let node = nodes[start.node + here]
          here = Int(values[Int(node.feature)] <= node.threshold ? node.below : node.above)
        } while here >= 0
        scores[label] += leaves[start.leaf - 1 - here]
        label = label + 1 == scores.count ? 0 : label + 1
      }
    }
    let most = scores.reduce(-.infinity, max)
    let powers = scores.map { expf($0 - most) }
    let sum = powers.reduce(0, +)
    return powers.map { (4096 * $0 / sum).rounded() / 4096 }
  }
}
