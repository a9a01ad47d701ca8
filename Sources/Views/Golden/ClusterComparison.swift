import Clustering
import Foundations
import Manifest
import StageKit

/// Groups of chunks by who stands with whom (adjusted Rand index), whatever they are called.
///
/// A chunk in no group stands alone, and so does one that only one side knows: what a change of the chunks does to the
/// groups counts as far as it tears pairs apart.
struct ClusterComparison: GoldenComparing {
  private enum Member {
    static let label = "label"
    static let chunks = "chunks"
  }

  var rule: GoldenRule.Clusters

  var strict: Self {
    Self(
      rule: {
        var rule = rule
        rule.agreement = 1
        return rule
      }())
  }

  /// A line of `assignments.jsonl` as far as it matters here.
  private struct Assignment: Decodable {
    let chunkID: String
    var cluster: String?

    enum CodingKeys: String, CodingKey {
      case cluster
      case chunkID = "chunk_id"
    }
  }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    var groups: [(label: String, chunks: [String])] = []
    try stage.result.forEach { item in
      let cluster = try Cluster(item)
      groups.append((cluster.label, cluster.members))
    }
    var alone: [String] = []
    if let bytes = try stage.bytes(ofFile: PublishedFile.assignments) {
      for line in ByteSearch.lines(bytes) where !line.isEmpty {
        do {
          let assignment: Assignment = try JSONValue(parsing: Array(line)).decoded()
          if assignment.cluster == nil { alone.append(assignment.chunkID) }
        } catch {
          throw SluiceError(
            .corrupt, "\(PublishedFile.assignments) of '\(stage.name)' cannot be read: \(error)",
            advice: "Run `sluice fsck`.")
        }
      }
    }
    return Self.recording(groups, alone: alone)
  }

  /// A group goes by the first of its chunks: another group that comes or goes does not rename it.
  static func recording(_ groups: [(label: String, chunks: [String])], alone: [String]) -> GoldenRecording {
    var entries: [GoldenRecording.Entry] = []
    for group in groups {
      let chunks = group.chunks.map { ExactText($0) }.sorted().map(\.text)
      guard let first = chunks.first else { continue }
      entries.append(.init(first, [Member.label: .string(group.label), Member.chunks: JSONValue(chunks)]))
    }
    entries += alone.map { .init($0, [:]) }
    return GoldenRecording(GoldenComparator.clusters.rawValue, entries: entries)
  }

  private struct Group {
    let label: String
    let chunks: Set<ExactText>
    let line: Int?
  }

  private static func groups(_ recording: GoldenRecording) -> [Group] {
    recording.entries.compactMap { entry in
      guard let chunks = entry.value[Member.chunks]?.array?.compactMap(\.string) else { return nil }
      return Group(
        label: entry.value[Member.label]?.string ?? entry.id, chunks: Set(chunks.map { ExactText($0) }),
        line: entry.line)
    }
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    let (old, new) = (Self.groups(golden), Self.groups(now))
    var difference = GoldenDifference("groups", golden: old.count, now: new.count)
    difference.entriesDecide = false
    let agreement = Self.agreement(old, new)
    difference.measures.append(
      .init(
        name: "adjusted Rand index", golden: nil, now: agreement, bar: "at least \(rule.agreement)",
        // Sums of as many numbers are not exact to the last bit.
        holds: agreement >= rule.agreement - 1e-12))
    difference.entries = Self.changes(old, new)
    return difference
  }

  private static func agreement(_ old: [Group], _ new: [Group]) -> Double {
    func labels(_ groups: [Group]) -> [ExactText: Int] {
      var labels: [ExactText: Int] = [:]
      for (number, group) in groups.enumerated() { for chunk in group.chunks { labels[chunk] = number } }
      return labels
    }
    let (first, second) = (labels(old), labels(new))
    let chunks = Set(first.keys).union(second.keys).sorted()
    // Who stands alone is a group of its own.
    func numbered(_ labels: [ExactText: Int], _ groups: Int) -> [Int] {
      chunks.enumerated().map { labels[$1] ?? groups + $0 }
    }
    return AdjustedRandIndex.of(numbered(first, old.count), numbered(second, new.count))
  }

  /// What became of each group, those that lost most first.
  private static func changes(_ old: [Group], _ new: [Group]) -> [GoldenDifference.Entry] {
    var found: [(lost: Int, entry: GoldenDifference.Entry)] = []
    var seen: Set<Int> = []
    var home: [ExactText: Int] = [:]
    for (number, group) in new.enumerated() { for chunk in group.chunks { home[chunk] = number } }
    for group in old {
      var shares: [Int: Int] = [:]
      for chunk in group.chunks { if let number = home[chunk] { shares[number, default: 0] += 1 } }
      seen.formUnion(shares.keys)
      guard let best = shares.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
        found.append(
          (
            group.chunks.count,
            .init(
              change: .removed, id: group.label, line: group.line,
              details: [WordChanges("its \(Units.counted(group.chunks.count, "chunk")) are in no group any more")])
          ))
        continue
      }
      let other = new[best.key]
      if other.chunks == group.chunks { continue }
      let parts = shares.count > 1 ? ", the others in \(shares.count - 1) more" : ""
      found.append(
        (
          group.chunks.count - best.value,
          .init(
            change: .changed, id: group.label, line: group.line,
            details: [
              WordChanges(
                "\(Units.show(best.value)) of its \(Units.counted(group.chunks.count, "chunk")) stand in ‘\(other.label)’ (\(Units.show(other.chunks.count)))\(parts)"
              )
            ])
        ))
    }
    for (number, group) in new.enumerated() where !seen.contains(number) {
      found.append(
        (
          0,
          .init(
            change: .added, id: group.label, line: nil,
            details: [WordChanges("\(Units.counted(group.chunks.count, "chunk"))")])
        ))
    }
    return found.enumerated().sorted { ($1.element.lost, $0.offset) < ($0.element.lost, $1.offset) }.map(
      \.element.entry)
  }
}
