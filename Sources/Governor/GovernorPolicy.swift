/// What a caller allows and expects of one account (a host, a provider's key); the governor never goes beyond it.
package struct GovernorPolicy: Sendable, Hashable {
  /// Requests at once, over all processes.
  package var maxConcurrent: Int
  /// The most requests in a second; `nil`: as many as the other side takes.
  package var rate: Double?
  /// Seconds between the beginnings of two requests (`Crawl-delay`); 0 for none.
  package var minInterval: Double
  /// Seconds: the first cooldown after a refusal that names no time; doubled for each further one in a row.
  package var cooldown: Double
  /// Seconds: the longest cooldown of our own; who asks for more is left to the next run.
  package var maxCooldown: Double

  package init(
    maxConcurrent: Int = 4, rate: Double? = nil, minInterval: Double = 0, cooldown: Double = 1, maxCooldown: Double = 60
  ) {
    self.maxConcurrent = max(1, maxConcurrent)
    self.rate = rate.flatMap { $0 > 0 ? $0 : nil }
    self.minInterval = max(0, minInterval)
    self.cooldown = max(0, cooldown)
    self.maxCooldown = max(0, maxCooldown)
  }
}

/// What the governor says to a request.
package enum GovernorVerdict: Sendable, Equatable {
  /// It may go out; `Governor.finish` must follow.
  case go
  /// Not before so many seconds have passed.
  case wait(Double)
  /// As many as may run are running.
  case full
  /// The other side wants to be left alone for longer than this run should wait: seconds.
  case resting(Double)
  /// Nobody answered so often in a row that asking further makes no sense now: seconds until it does again.
  case down(Double)
}

/// How a request ended, as far as pacing goes.
package enum GovernorOutcome: Sendable, Equatable {
  case succeeded
  /// 429 or 503, with the seconds that it asked for.
  case refused(retryAfter: Double?)
  /// No connection, no name.
  case unreachable
  /// A connection, and no answer in time.
  case unanswered
  /// An answer or a connection that says nothing about the pace (a 500, a broken body).
  case neutral
  /// It was not sent after all.
  case unsent
}
