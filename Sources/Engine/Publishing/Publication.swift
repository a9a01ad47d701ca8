import Planning

/// What a run did to what readers see.
package struct Publication: Sendable {
  /// What became of the set of results that the run left.
  package enum Verdict: String, Sendable {
    /// It is what is published already.
    case unchanged
    /// Readers see it.
    case published
    /// It is a candidate, since publications are held (`sluice rollback --hold`).
    case held
    /// It is a candidate, since a gate did not hold.
    case refused
    /// It is what somebody went back from: it is not published again.
    case withdrawn
  }

  package var verdict = Verdict.unchanged
  /// The generation that the verdict speaks of; `nil` when nothing was ever published.
  package var generation: Int?
  /// The generation that readers see; `nil` when nothing was ever published.
  package var current: Int?
  /// What the gates measured; `nil` when there was nothing new to measure.
  package var gates: GateReport?
  /// Stages whose newest results are not published.
  package var behind: [StageBehind] = []
  /// What lies outside and is not what is published.
  package var lagging: [StageLag] = []
}

/// A stage whose newest result is not published, since it does not fit to those of stages that it hangs together with.
package struct StageBehind: Sendable, Equatable {
  package let stage: String
  /// The run that made what is published of it; `nil`: nothing is.
  package let published: Int?
  /// The run that made its newest result; `nil`: it has none.
  package let newest: Int?
}
