import Foundations
import Synchronization

/// Decides when requests may go out, by account (`https://example.org:443`, a provider's key).
///
/// With a directory it shares what it knows with all processes that were given the same one, and remembers it for the
/// next run. Safe to use from any thread; a call costs some microseconds.
package final class Governor: Sendable {
  private let table: GovernorTable?
  /// Accounts without a place in the table.
  private let local = Mutex<[Digest: (pace: Pace, running: Int)]>([:])

  /// - Parameter directory: where `governor` is kept; `nil`: known to this object only.
  package init(directory: String?) throws(SluiceError) {
    if let directory {
      try FileSystem.makeDirectory(directory)
      table = try GovernorTable(path: directory + "/governor")
    } else {
      table = nil
    }
  }

  private static let known = Mutex<[String: Governor]>([:])

  /// One governor for each directory: all stages of a process share a seat.
  package static func shared(directory: String?) throws -> Governor {
    guard let directory else { return try Governor(directory: nil) }
    return try known.withLock { known in
      let path = Path.absolute(directory)
      if let governor = known[path] { return governor }
      let governor = try Governor(directory: path)
      known[path] = governor
      return governor
    }
  }

  private func update<R>(_ account: String, _ body: (inout Pace, Int) -> (R, Int)) -> R {
    let key = Digest(of: account)
    if let result = table?.update(key, name: account, body) { return result }
    return local.withLock { local in
      var entry = local[key] ?? (Pace(), 0)
      let (result, change) = body(&entry.pace, entry.running)
      entry.running = max(0, entry.running + change)
      local[key] = entry
      return result
    }
  }

  /// Asks whether a request to `account` may begin. After `.go`, `finish` must be called once.
  /// - Parameters:
  ///   - cost: how many requests it counts for: with tokens for requests, a rate is one of tokens. What costs more
  ///     than is free may begin all the same; the next one waits for it.
  ///   - probes: whether one request may look whether an account that is down is there again, before its time.
  package func start(
    _ account: String, policy: GovernorPolicy, cost: Double = 1, probes: Bool = false,
    now: Double = Timestamp.now.seconds
  )
    -> GovernorVerdict
  {
    update(account) { pace, running in
      if probes && pace.isDown { pace.downUntil = 0 }
      let verdict = pace.start(now: now, running: running, policy: policy, cost: cost)
      return (verdict, verdict == .go ? 1 : 0)
    }
  }

  /// Says how a request ended that began at `started`.
  package func finish(
    _ account: String, started: Double, _ outcome: GovernorOutcome, policy: GovernorPolicy,
    now: Double = Timestamp.now.seconds
  ) {
    let jitter = Double.random(in: 0...1)
    update(account) { pace, _ in
      switch outcome {
      case .succeeded: pace.succeeded(started: started, now: now, policy: policy)
      case .refused(let wait):
        pace.refused(started: started, now: now, retryAfter: wait, jitter: jitter, policy: policy)
      case .unreachable: pace.failed(now: now, jitter: jitter, policy: policy)
      case .unanswered: pace.failed(now: now, weight: 0.25, jitter: jitter, policy: policy)
      case .neutral: pace.answered()
      case .unsent: pace.takeBack(policy: policy)
      }
      return ((), -1)
    }
  }

  /// Whether one more request may be repeated: a share of the successes, so that a sick host is not kept sick.
  package func takeRetry(_ account: String, now: Double = Timestamp.now.seconds) -> Bool {
    update(account) { pace, _ in (pace.takeRetry(now: now), 0) }
  }

  /// Lets nobody ask for so many seconds: the other side said how much it has left, and it is not enough.
  package func rest(_ account: String, seconds: Double, now: Double = Timestamp.now.seconds) {
    update(account) { pace, _ in
      pace.notBefore = max(pace.notBefore, now + max(0, seconds))
      return ((), 0)
    }
  }

  /// Lifts the pause of an account, whatever it rests on. (How fast it may be asked stays known.)
  /// - Returns: whether there was one.
  @discardableResult
  package func forgive(_ account: String, now: Double = Timestamp.now.seconds) -> Bool {
    update(account) { pace, _ in
      let wasPaused = pace.isPaused(now: now)
      pace.forgive()
      return (wasPaused, 0)
    }
  }

  /// All accounts by the beginnings of their names, with what is known of each.
  package func accounts() -> [(name: String, pace: Pace)] { table?.accounts() ?? [] }

  /// Lifts the pauses of the accounts whose names' beginnings fit.
  /// - Returns: those names.
  package func forgive(where fits: (String) -> Bool) -> [String] { table?.change(where: fits) { $0.forgive() } ?? [] }

  /// Forgets how fast an account may be asked: who lets nothing through tells nothing about it.
  package func forgetRate(_ account: String) {
    update(account) { pace, _ in
      pace.forgetRate()
      return ((), 0)
    }
  }

  /// What is known of an account.
  package func pace(_ account: String) -> Pace { update(account) { pace, _ in (pace, 0) } }
}

extension Pace {
  mutating func forgetRate() {
    for field in [
      \Pace.rate, \.low, \.high, \.nextStart, \.burst, \.isCounting, \.step, \.confirmations, \.evidence, \.tries,
    ] {
      self[keyPath: field] = 0
    }
    pause = -1
  }

  /// Gives back the place of a request that was not sent.
  mutating func takeBack(policy: GovernorPolicy) {
    let allowed = policy.rate ?? .infinity
    let interval = max(policy.minInterval, 1 / (rate > 0 ? min(rate, allowed) : allowed))
    nextStart = max(0, nextStart - interval)
  }

  /// Somebody was there, and said nothing about the pace.
  mutating func answered() {
    unreachable = 0
    downUntil = 0
  }
}
