import Foundations
import StageKit
import Store
import Web

/// What can be measured of fetched pages: whether they are what was asked for.
struct FetchMeasures: GateMeasures {
  private enum Name: String, CaseIterable {
    /// The share of pages that are log-in walls, consent walls, empty shells or soft 404s, kept or quarantined.
    case flagged
    /// The share of pages that were there before and are such now.
    case walled
  }

  var names: [String] { Name.allCases.map(\.rawValue) }
  var standard: [(name: String, most: Double)] { [(Name.walled.rawValue, 1.0 / 3)] }
  func isAboutQuarantine(_ name: String) -> Bool { true }

  func measure(_ name: String, of subject: GateSubject) throws -> Measurement? {
    guard let name = Name(rawValue: name) else { preconditionFailure("a measure was asked for that is not known") }
    switch name {
    case .flagged:
      let kept = try keptFlags(subject)
      let entries = subject.quarantine.filter(isFlag)
      return .share(entries.count + kept.count, of: subject.inputCount, worst: entries.map(\.shown) + kept)
    case .walled:
      let entries = subject.stale.filter(isFlag)
      // One page behind a wall says something of the page, many of the site or of us.
      guard entries.count >= 3 else { return Measurement(0) }
      return .share(entries.count, of: subject.inputCount, worst: entries.map(\.shown))
    }
  }

  private func isFlag(_ entry: QuarantineEntry) -> Bool { PageFlags.kinds.contains(entry.kind) }

  /// Pages with flags that `on_flag: keep` let in.
  private func keptFlags(_ subject: GateSubject) throws -> [String] {
    var found: [String] = []
    try subject.candidate.forEach { item in
      // Most records have no such member: they need not be read for it.
      guard ByteSearch.range(of: Array("\"flags\":".utf8), in: item.record.bytes) != nil else { return }
      let document = try Document(item)
      if let flags = document.flags, !flags.isEmpty {
        found.append("\(item.id): \((document.flagReasons ?? flags).joined(separator: "; "))")
      }
    }
    return found
  }
}
