import Foundations

/// Until when a result may be taken for true.
package enum Validity: Hashable, Sendable {
  case forever
  /// From then on it is asked for again; a moment long past: in each run.
  case until(Timestamp)
  /// It is less than it should be (a budget was spent, a server was down): it is made anew in the next run.
  case provisional

  /// "Ask in each run" is one moment, so that an unchanged answer changes nothing in the ledger.
  package static let asksAlways = Validity.until(Timestamp(seconds: 0))

  /// - Parameter seconds: since 1970; `nil` for ever. A ledger that somebody damaged may say "infinity", too.
  package init(seconds: Double?) {
    self = seconds.map { $0 == .infinity ? .forever : .until(Timestamp(seconds: $0)) } ?? .forever
  }

  /// Whether the result may still be taken for true.
  package func holds(at now: Timestamp) -> Bool {
    switch self {
    case .forever: true
    case .until(let end): end > now
    case .provisional: false
    }
  }

  /// As the ledger keeps it of results that are made item by item: seconds since 1970, `nil` for ever.
  var storedSeconds: Double? {
    switch self {
    case .forever: nil
    case .until(let end): end.seconds
    case .provisional: preconditionFailure("only the result of a whole stage is provisional")
    }
  }
}
