import Clustering
import Foundations

/// `tree.json`: the condensed tree that clusters were selected from.
enum ClusterTreeFile {
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
      var object: JSONObject = [
        "node": JSONValue(number), "birth": ClusterRecords.rounded(node.birth),
        "death": ClusterRecords.rounded(node.death), "size": JSONValue(node.size),
        "stability": ClusterRecords.rounded(node.stability),
      ]
      if node.parent >= 0 { object["parent"] = JSONValue(node.parent) }
      if node.isSelected, let name = names[number] { object["cluster"] = .string(name) }
      bytes += Array((number == 0 ? "\n" : ",\n").utf8) + object.canonicalBytes
    }
    return bytes + Array("\n]\n".utf8)
  }
}
