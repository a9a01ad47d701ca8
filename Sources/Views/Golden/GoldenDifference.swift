import Foundations

/// How far a result differs from its golden file.
package struct GoldenDifference: Sendable {
  package enum Change: String, Sendable { case added, removed, changed }

  /// One item, topic, question or statement that is not as it was.
  package struct Entry: Sendable {
    package let change: Change
    package let id: String
    /// Its line in the golden file; `nil` for what was added.
    package let line: Int?
    /// What is other about it; a line each.
    package let details: [WordChanges]
  }

  /// A figure that is held against a bar.
  package struct Measure: Sendable {
    package let name: String
    /// What was recorded; `nil` where the bar alone counts.
    package let golden: Double?
    package let now: Double
    /// What is allowed, for people: `at least 0.95`.
    package let bar: String
    package let holds: Bool
  }

  /// What entries are, for people, in the plural: `items`.
  package let what: String
  /// How many of them the golden file has.
  package let golden: Int
  /// How many there are now.
  package let now: Int
  package var entries: [Entry] = []
  package var measures: [Measure] = []
  /// What is wrong with the whole, so that nothing more can be said.
  package var faults: [String] = []
  /// What a reader should know of how it was compared.
  package var notes: [String] = []
  /// Whether each entry is a fault of its own; otherwise they explain what the measures say.
  package var entriesDecide = true

  package init(_ what: String = "items", golden: Int, now: Int) {
    self.what = what
    self.golden = golden
    self.now = now
  }

  /// Whether the result is as it should be.
  package var isMatch: Bool { faults.isEmpty && measures.allSatisfy(\.holds) && (!entriesDecide || entries.isEmpty) }

  /// `1 item`, `2,110 items`.
  package func named(_ count: Int) -> String { "\(Units.show(count)) \(count == 1 ? String(what.dropLast()) : what)" }

  package func count(_ change: Change) -> Int { entries.count { $0.change == change } }
}
