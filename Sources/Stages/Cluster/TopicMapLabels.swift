/// Places for labels on a map, so that none overlaps another.
struct TopicMapLabels {
  struct Label {
    let topic: Int
    let text: String
    let x: Double
    let y: Double
    let size: Double
  }

  let labels: [Label]

  private struct Box {
    let left: Double, top: Double, right: Double, bottom: Double
    func meets(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  /// The largest topics first; a label that finds no room near its topic is left out.
  init(_ map: TopicMap, most: Int) {
    var taken: [Box] = []
    var labels: [Label] = []
    let largest = map.topics.first.map { _ in map.topics.map(\.size).max() ?? 1 } ?? 1
    let order = map.topics.indices.sorted { (map.topics[$1].size, $0) < (map.topics[$0].size, $1) }
    for topic in order.prefix(most) {
      let entry = map.topics[topic]
      let size = 12 + 7 * (Double(entry.size) / Double(largest)).squareRoot()
      let text = Self.short(entry.label)
      // Bold letters are some 0.63 em wide in the fonts that browsers take for sans-serif; wide scripts one em.
      let width = text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? 1.0 : 0.63) } * size
      for step in 0..<25 {
        // Up and down from the middle, then to the sides.
        let ring = Double((step + 7) / 8)
        let angle = [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, 1), (-1, 1), (1, -1)][step % 8]
        let x = min(
          max(entry.x + (step == 0 ? 0 : Double(angle.0) * ring * width * 0.3), width / 2 + 4),
          TopicMap.width - width / 2 - 4)
        let y = min(
          max(entry.y + (step == 0 ? 0 : Double(angle.1) * ring * size * 1.1), size + 44), TopicMap.height - 24)
        let box = Box(left: x - width / 2 - 3, top: y - size, right: x + width / 2 + 3, bottom: y + size * 0.35)
        if taken.contains(where: { $0.meets(box) }) { continue }
        taken.append(box)
        labels.append(Label(topic: topic, text: text, x: x, y: y, size: size))
        break
      }
    }
    self.labels = labels
  }

  /// The first two terms, at most about 36 characters.
  static func short(_ label: String) -> String {
    var text = ""
    for part in label.split(separator: ",").prefix(2) {
      let trimmed = part.drop { $0 == " " }
      if !text.isEmpty && text.count + trimmed.count > 34 { break }
      text += (text.isEmpty ? "" : ", ") + trimmed
    }
    return text.count > 36 ? text.prefix(35) + "…" : text
  }
}
