import Clustering
import Foundations
import StageKit

/// A map of the topics: chunks as dots, alike ones together, topics with their labels.
struct TopicMap {
  struct Dot {
    /// The number of its topic; -1 for none.
    let topic: Int
    let x: Double
    let y: Double
    let chunk: ClusterChunks.Member
  }

  struct Topic {
    let id: String
    let label: String
    let size: Int
    let hotScore: Double
    let change: String?
    /// Its middle.
    let x: Double
    let y: Double
    /// One of `TopicColors`.
    let color: Int
  }

  /// Drawn on a sheet of this size.
  static let width = 1200.0
  static let height = 800.0
  /// More dots than these are thinned, topic by topic: a browser draws no more at ease.
  private static let mostDots = 20_000

  let title: String
  /// The hottest first.
  let topics: [Topic]
  let dots: [Dot]
  /// How many chunks there are.
  let chunks: Int

  init(
    _ chunks: ClusterChunks, _ clusters: Clusters, _ layout: PlaneLayout, _ records: [Cluster], ids: [String],
    title: String
  ) {
    self.title = title
    self.chunks = chunks.count
    // From the number of a cluster to its place among the records, which are the hottest first.
    let rank = Dictionary(
      records.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let topicOf = ids.map { id in
      guard let place = rank[id] else { preconditionFailure("a cluster has no record: \(id)") }
      return place
    }
    let places = layout.places.map { (x: Double($0.x) * Self.width, y: Double($0.y) * Self.height) }
    let keep = max(1, (chunks.count + Self.mostDots - 1) / Self.mostDots)
    var seen: [Int: Int] = [:]
    var dots: [Dot] = []
    var xs = [[Double]](repeating: [], count: records.count)
    var ys = xs
    for (number, label) in clusters.labels.enumerated() {
      let topic = label < 0 ? -1 : topicOf[label]
      let place = places[number]
      if topic >= 0 {
        xs[topic].append(place.x)
        ys[topic].append(place.y)
      }
      let count = seen[topic, default: 0] + 1
      seen[topic] = count
      if count % keep != 1 % keep { continue }
      dots.append(Dot(topic: topic, x: place.x, y: place.y, chunk: chunks.chunks[number]))
    }
    self.dots = dots
    let middles = zip(xs, ys).map { (x: Self.median($0), y: Self.median($1)) }
    let colors = TopicColors.assign(middles.map { ($0.x, $0.y) })
    topics = records.enumerated().map { number, record in
      Topic(
        id: record.id, label: record.label, size: record.size, hotScore: record.hotScore,
        // In the first night all are born: that is no news.
        change: record.born == 0 && record.change == Lineage.Change.born.rawValue ? nil : record.change,
        x: middles[number].x,
        y: middles[number].y, color: colors[number])
    }
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }
}

/// Eight colors that people with any kind of color vision tell apart (after Okabe and Ito 2008), for light and for dark
/// paper.
enum TopicColors {
  static let light = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07a00", "#3b9fd8", "#882255", "#6b6b1f"]
  static let dark = ["#5aaeea", "#ff8a3d", "#2cc295", "#eba4cc", "#f5b829", "#9ad9ff", "#e0799f", "#c9c35a"]

  /// Topics that lie beside each other get different colors.
  static func assign(_ places: [(x: Double, y: Double)]) -> [Int] {
    var colors: [Int] = []
    for (number, place) in places.enumerated() {
      let near = (0..<number).map { other -> (Double, Int) in
        let (dx, dy) = (places[other].x - place.x, places[other].y - place.y)
        return (dx * dx + dy * dy, colors[other])
      }.sorted { $0.0 < $1.0 }
      var worth = [Double](repeating: .infinity, count: light.count)
      for (square, color) in near where square < worth[color] { worth[color] = square }
      // The color whose nearest bearer is farthest away; of unused ones the first.
      var best = 0
      for color in worth.indices where worth[color] > worth[best] { best = color }
      colors.append(best)
    }
    return colors
  }
}
