import Foundations

/// One publication of a line: a set of results that were made from one another, under a number.
package struct GenerationRecord: Sendable, Equatable {
  /// What readers see of it.
  package enum State: String, Sendable {
    /// It was made and is not published: a gate did not hold, or publications are held.
    case candidate
    /// Readers open this one.
    case current
    /// Another one took its place.
    case superseded
    /// Somebody went back from it: a run that makes the same again does not publish it.
    case withdrawn
  }

  /// From 1, for each line.
  package let number: Int
  /// The run that made it.
  package let run: Int
  /// When.
  package let created: Timestamp
  package let state: State
  /// Of what is published of all its stages: two generations with one digest look the same to readers.
  package let digest: Digest
  /// What its gates measured, as `GateReport` of Planning writes it; `nil` where there were none.
  package let gates: JSONValue?

  package init(
    number: Int, run: Int, created: Timestamp, state: State, digest: Digest, gates: JSONValue? = Optional.none
  ) {
    self.number = number
    self.run = run
    self.created = created
    self.state = state
    self.digest = digest
    self.gates = gates
  }
}

/// What a generation holds of one stage.
package struct GenerationStage: Sendable {
  /// The result, with the run that made it.
  package let record: StageRecord
  /// Of what is published of it: its content, and how it is written out.
  package let identity: Digest
  /// The folder below `exports/`; `nil` for a stage of which nothing is published.
  package let export: String?

  package init(record: StageRecord, identity: Digest, export: String?) {
    self.record = record
    self.identity = identity
    self.export = export
  }
}
