import Foundations
import Store

/// What can be measured of every stage's result.
package struct CommonMeasures: GateMeasures {
  package init() {}

  private enum Name: String, CaseIterable {
    /// Items.
    case count
    /// The share of items added, removed or other than in what is published.
    case change
    /// The share of items that say nothing.
    case empty
    /// The share of what was published that lost nearly all of its text, or has the same text as others now.
    case collapsed
    /// The share of the input that failed and has no result.
    case failed
    /// The share of the input that could not be had again, so that the last good result stands.
    case stale
    /// For how long what is stale could not be had, in seconds.
    case maxAge = "max_age"
  }

  package var names: [String] { Name.allCases.map(\.rawValue) }
  package var standard: [(name: String, most: Double)] { [(Name.collapsed.rawValue, 1.0 / 3)] }

  package func unit(of name: String) -> MeasureUnit {
    switch Name(rawValue: name) {
    case .count: .count
    case .maxAge: .seconds
    case .change, .empty, .collapsed, .failed, .stale, nil: .share
    }
  }

  package func isAboutQuarantine(_ name: String) -> Bool {
    switch Name(rawValue: name) {
    case .failed, .stale, .maxAge: true
    case .count, .change, .empty, .collapsed, nil: false
    }
  }

  package func measure(_ name: String, of subject: GateSubject) throws -> Measurement? {
    guard let name = Name(rawValue: name) else { preconditionFailure("a measure was asked for that is not known") }
    switch name {
    case .count: return Measurement(Double(subject.candidate.count))
    case .change: return change(subject)
    case .empty: return try empty(subject)
    case .collapsed: return try Collapse(subject).measurement()
    case .failed:
      let entries = subject.failed
      return .share(entries.count, of: subject.inputCount, worst: entries.map(\.shown))
    case .stale:
      let entries = subject.stale
      return .share(entries.count, of: subject.inputCount, worst: entries.map(\.shown))
    case .maxAge:
      let entries = subject.stale.sorted { $0.first < $1.first }
      let age = entries.first.map { subject.now.seconds - $0.first } ?? 0
      return Measurement(
        max(0, age), worst: entries.map { "\($0.item): not to be had since \(Timestamp(seconds: $0.first).rfc3339)" })
    }
  }

  private func change(_ subject: GateSubject) -> Measurement? {
    guard let former = subject.former?.dataset, former.count > 0 else { return nil }
    let now = subject.candidate.dataset
    let difference = DatasetDifference(from: former, to: now)
    let total = difference.added.count + difference.removed.count + difference.changed.count
    let worst =
      difference.removed.prefix(4).map { "\(former.id($0)): left" }
      + difference.changed.prefix(3).map { "\(now.id($0.new)): changed" }
      + difference.added.prefix(3).map { "\(now.id($0)): new" }
    var measurement = Measurement.share(total, of: former.count, worst: Array(worst))
    measurement.note =
      "\(Units.show(difference.added.count)) added, \(Units.show(difference.removed.count)) removed, \(Units.show(difference.changed.count)) changed, of \(Units.show(former.count))"
    return measurement
  }

  private func empty(_ subject: GateSubject) throws -> Measurement {
    var empty: [String] = []
    try subject.candidate.forEach { item in if try item.record.isEmpty() { empty.append("\(item.id): says nothing") } }
    return .share(empty.count, of: subject.candidate.count, worst: empty)
  }
}

extension QuarantineEntry {
  /// For people, in one line: most messages name the item themselves.
  package var shown: String { message.contains(item) ? "\(kind): \(message)" : "\(item): \(kind): \(message)" }
}
