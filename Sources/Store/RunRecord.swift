import Foundations

/// How a run stands, or how it ended.
package enum RunState: String, Sendable {
  case running
  /// It never ended: its process was killed, or the machine went down.
  case killed
  case success
  /// It ended with items in quarantine, within limits.
  case quarantined
  case interrupted, guarded, budget, failed

  package init(_ code: ExitCode) {
    self =
      switch code {
      case .success: .success
      case .quarantined: .quarantined
      case .interrupted: .interrupted
      case .guarded: .guarded
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

  package var done = 0
  package var cached = 0
  package var failed = 0
  package var removed = 0
  package var stagesRun = 0

  package init() {}
}

/// A run as `sluice runs` lists it.
package struct RunRecord: Sendable {
  package let id: Int
  package let pipeline: String
  package let started: Double
  package let ended: Double?
  package let state: RunState
  package let arguments: String
  package let exitCode: Int?
  /// `nil` until it has ended.
  package let counts: RunCounts?
}
