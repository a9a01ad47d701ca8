import Foundations
import Store

/// Many items that had content of their own and now have all the same, or nearly none: a log-in wall, an error page, a
/// template that lost its text.
struct Collapse {
  private let subject: GateSubject

  /// Content that is shorter says little by its length.
  private static let leastSize = 200
  /// Fewer items than this are no pattern.
  private static let leastItems = 3

  init(_ subject: GateSubject) { self.subject = subject }

  private typealias Change = (id: String, old: (digest: Digest, size: Int), new: (digest: Digest, size: Int))

  /// The larger share of the two; `nil` where nothing is published yet.
  func measurement() throws -> Measurement? {
    guard let former = subject.former?.dataset, former.count > 0 else { return nil }
    let changes = try changes(former)
    let shrunk = changes.filter { change in
      change.new.size == 0 && change.old.size > 0
        || change.old.size >= Self.leastSize && change.new.size * 10 < change.old.size
    }
    // By the number of contents that were told apart before and are not now.
    let groups = Dictionary(grouping: changes.filter { $0.old.digest != $0.new.digest }, by: \.new.digest)
    let same =
      groups.values.map { ($0, Set($0.map(\.old.digest)).count) }.filter { $0.1 > 1 }.max {
        ($0.1, $1.0[0].id) < ($1.1, $0.0[0].id)
      }
    let sameCount = same?.1 ?? 0
    guard max(shrunk.count, sameCount) >= Self.leastItems else { return Measurement(0) }
    if sameCount >= shrunk.count, let group = same?.0 {
      var measurement = Measurement.share(
        sameCount, of: former.count, worst: group.map { "\($0.id): has the same text as \(group.count - 1) others" })
      measurement.note = "items that had content of their own now have all the same"
      return measurement
    }
    var measurement = Measurement.share(
      shrunk.count, of: former.count,
      worst: shrunk.sorted { $0.old.size > $1.old.size }.map {
        "\($0.id): \(Units.show(bytes: $0.old.size)) became \(Units.show(bytes: $0.new.size))"
      })
    measurement.note = "items lost nearly all that they said"
    return measurement
  }

  private func changes(_ former: Dataset) throws -> [Change] {
    let now = subject.candidate.dataset
    guard former.digest != now.digest else { return [] }
    var pairs: [(old: Int, new: Int)] = []
    DatasetDifference.merge(former, now) { old, new, isEqual in
      if let old, let new, !isEqual { pairs.append((old, new)) }
    }
    // So few cannot be a third of all.
    guard pairs.count >= Self.leastItems, pairs.count * 4 > former.count else { return [] }
    return try pairs.compactMap { old, new in
      guard let before = try content(former.digest(old)), let after = try content(now.digest(new)) else { return nil }
      return (now.id(new), before, after)
    }
  }

  private func content(_ digest: Digest) throws -> (digest: Digest, size: Int)? {
    try Record(bytes: subject.candidate.store.get(digest)).content()
  }
}
