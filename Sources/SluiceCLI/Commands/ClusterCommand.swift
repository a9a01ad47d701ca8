import Clustering
import Foundations
import Glibc

/// `sluice cluster`
enum ClusterCommand {
  static let spec = CommandSpec(
    "cluster", "Cluster the vectors of a NumPy file.", usage: "FILE.npy",
    discussion: """
      A row for each vector, such as the vectors.npy that an embed stage publishes; rows are scaled to length 1.
      Prints the cluster of each row, -1 for none; --json adds probabilities and outlier scores.
      In a pipeline the cluster stage does this and names what it finds: sluice stages show cluster.
      """,
    options: [
      OptionSpec("--method", value: "METHOD", "hdbscan (the default) or kmeans."),
      OptionSpec("--min-cluster-size", value: "N", "hdbscan: the fewest rows that make a cluster (5)."),
      OptionSpec("--min-samples", value: "N", "hdbscan: how many neighbours make a place dense (min-cluster-size)."),
      OptionSpec("--exact", "hdbscan: exact above 20,000 rows, too."),
      OptionSpec("--approximate", "hdbscan: by 8-bit codes below 20,000 rows, too."),
      OptionSpec("--k", value: "N", "kmeans: how many clusters; √(n/2)."),
      OptionSpec("--pca", value: "N", "Reduce to so many dimensions first."), .jobs, .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard let path = arguments.positional.first, arguments.positional.count == 1 else {
      throw SluiceError(.usage, "which file?", advice: "For example: sluice cluster vectors.npy --min-cluster-size 10")
    }
    let method = arguments["--method"] ?? "hdbscan"
    guard ["hdbscan", "kmeans"].contains(method) else {
      throw SluiceError(
        .usage, "there is no method '\(method)'",
        advice: Suggestion.nearest(to: method, among: ["hdbscan", "kmeans"]).map { "Did you mean \($0)?" }
          ?? "There are: hdbscan, kmeans.")
    }
    var points = try NumPyFile.points(path)
    let threads = try arguments.jobs()
    let start = clock()
    if let dimensions = try arguments.int("--pca") {
      guard points.dimensions <= PrincipalComponents.mostDimensions else {
        throw SluiceError(
          .usage, "rows of \(Units.counted(points.dimensions, "number")) cannot be reduced",
          advice: "--pca takes at most \(Units.show(PrincipalComponents.mostDimensions)).")
      }
      points = PrincipalComponents(points, count: dimensions).reduce(points)
    }
    let clusters: Clusters
    var rounds: (inertia: Double, count: Int)?
    if method == "kmeans" {
      let result = try KMeans(k: try arguments.int("--k") ?? KMeans.usualK(points.count), threads: threads).run(points)
      clusters = result.clusters
      rounds = (result.inertia, result.rounds)
    } else {
      clusters = try HDBSCAN(
        minClusterSize: try arguments.int("--min-cluster-size") ?? 5, minSamples: try arguments.int("--min-samples"),
        isExact: arguments.has("--exact") ? true : arguments.has("--approximate") ? false : nil, threads: threads
      ).cluster(points)
    }
    guard arguments.isJSON else {
      Output.line(clusters.labels.map { "\($0)" }.joined(separator: "\n"))
      return 0
    }
    Output.json(
      JSONValue(
        encoding: Printed(
          rows: points.count, method: method, inertia: rounds?.inertia, rounds: rounds?.count, clusters: clusters.count,
          noise: clusters.labels.count { $0 < 0 }, cpuSeconds: Double(clock() - start) / Double(CLOCKS_PER_SEC),
          labels: clusters.labels, probabilities: clusters.probabilities,
          outlierScores: clusters.outlierScores.isEmpty ? nil : clusters.outlierScores)))
    return 0
  }

  private struct Printed: Encodable {
    let rows: Int
    let method: String
    let inertia: Double?
    let rounds: Int?
    let clusters: Int
    let noise: Int
    let cpuSeconds: Double
    let labels: [Int]
    let probabilities: [Double]
    let outlierScores: [Double]?

    enum CodingKeys: String, CodingKey {
      case rows, method, inertia, rounds, clusters, noise, labels, probabilities
      case cpuSeconds = "cpu_seconds"
      case outlierScores = "outlier_scores"
    }
  }
}
