import Clustering
import Foundations

/// `tree.json`: the condensed tree that clusters were selected from.
enum ClusterTreeFile {
  private struct Node: Encodable {
    let node: Int
    let birth: Double
    let death: Double
    let size: Int
    let stability: Double
    let parent: Int?
    let cluster: String?
  }

  /// A node a line: its parent (absent for the root), the density λ = 1 / distance at which it was born and at which
  /// the last of it dies, its size and stability, and the id of its cluster if it was selected.
  static func bytes(_ tree: CondensedTree, _ clusters: Clusters, ids: [String]) -> [UInt8] {
    var names: [Int: String] = [:]
    for (point, label) in clusters.labels.enumerated() where label >= 0 {
      var node = tree.parents[point]
      while !tree.clusters[node].isSelected && node > 0 { node = tree.clusters[node].parent }
      names[node] = ids[label]
    }
    var bytes = Array("[".utf8)
    for (number, node) in tree.clusters.enumerated() {
      let row = Node(
        node: number, birth: ClusterRecords.rounded(node.birth), death: ClusterRecords.rounded(node.death),
        size: node.size, stability: ClusterRecords.rounded(node.stability),
        parent: node.parent >= 0 ? node.parent : nil,
        cluster: node.isSelected ? names[number] : nil)
      bytes += Array((number == 0 ? "\n" : ",\n").utf8) + JSONValue(encoding: row).canonicalBytes
    }
    return bytes + Array("\n]\n".utf8)
  }
}
