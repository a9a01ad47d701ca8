import Foundations

/// What became of one item in a stage.
package enum ItemOutcome: Sendable {
  /// The item turned into these items (none is fine: it has nothing to say).
  case done([ItemOutput], Freshness = .forever)
  /// The outside world was asked again and says that nothing changed (HTTP 304): the former outputs stand.
  case unchanged(Freshness)
  /// The item is gone from the outside world (HTTP 404, 410): its outputs leave the dataset, if the
  /// guard allows it. It is asked for again after `recheck` seconds, 0: in each run.
  case gone(reason: String, recheck: Double)
  /// The item could not be refreshed, but its former outputs are still good (a host is down).
  case stale(ItemFailure)
  case failed(ItemFailure)
}

/// How long a result that depends on the outside world may be taken for true.
package struct Freshness: Sendable, Equatable {
  /// Seconds from now; `nil` for ever, 0 to ask again in each run.
  package var seconds: Double?
  /// What the stage wants back when it asks again (ETag, Last-Modified, size and times of a file).
  package var validators: JSONObject

  package init(seconds: Double?, validators: JSONObject = [:]) {
    self.seconds = seconds
    self.validators = validators
  }

  package static let forever = Freshness(seconds: nil)
}

/// Why an item failed, for people and for the retry policy.
package struct ItemFailure: Error, Sendable, Equatable {
  /// Whether trying again can help (429, 503, timeouts) or not (404, a corrupt PDF).
  package var isTransient: Bool
  /// A short stable word to count by: `http_429`, `timeout`, `corrupt_pdf`, `too_large`.
  package var kind: String
  /// What a person needs to know, without stack traces and without secrets.
  package var message: String
  /// Seconds that the other side asked us to wait, a floor under the backoff.
  package var retryAfter: Double?

  package init(kind: String, message: String, isTransient: Bool = false, retryAfter: Double? = nil) {
    self.kind = kind
    self.message = message
    self.isTransient = isTransient
    self.retryAfter = retryAfter
  }
}
