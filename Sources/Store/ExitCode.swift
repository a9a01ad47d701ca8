/// The documented exit codes.
package enum ExitCode: Int32, Sendable {
  case success = 0
  case stageFailed = 1
  case usage = 2
  case quarantined = 3
  case goldenMismatch = 4
  case busy = 5
  case budget = 6
  case guarded = 7
  case gated = 8
  case interrupted = 130
}
