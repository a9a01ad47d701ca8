import Foundations

/// How a run stands, or how it ended.
package enum RunState: String, Sendable {
  case running
  /// It never ended: its process was killed, or the machine went down.
  case killed
  case success
  /// It ended with items in quarantine, within limits.
  case quarantined
  case interrupted, guarded, gated, budget, failed

  /// How a run ended that ends with this code.
  package init(_ code: ExitCode) {
    self =
      switch code {
      case .success: .success
      case .quarantined: .quarantined
      case .interrupted: .interrupted
      case .guarded: .guarded
      case .gated: .gated
      case .budget: .budget
      default: .failed
      }
  }
}

/// The numbers of a whole run, as the ledger keeps them.
package struct RunCounts: Sendable, Codable {
  private enum CodingKeys: String, CodingKey {
    case done, cached, failed, removed
    case stagesRun = "stages_run"
  }

  /// Items worked on.
  package var done = 0
  /// Items whose former results were used.
  package var cached = 0
  /// Items put into quarantine.
  package var failed = 0
  /// Items that left the datasets of their stages.
  package var removed = 0
  /// Stages that did something.
  package var stagesRun = 0

  package init() {}
}

/// A run as `sluice runs` lists it.
package struct RunRecord: Sendable {
  package let id: Int
  package let pipeline: String
  /// In seconds since 1970.
  package let started: Double
  /// In seconds since 1970; `nil` until it has ended.
  package let ended: Double?
  package let state: RunState
  /// The command line.
  package let arguments: String
  /// `nil` until it has ended.
  package let exitCode: Int?
  /// `nil` until it has ended.
  package let counts: RunCounts?
}
