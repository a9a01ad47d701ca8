import Foundations
import Glibc

/// What is known of one account. A value without threads and clocks: times are seconds since 1970.
///
/// Concurrency: halved at a refusal, one more for each round of successes (AIMD). Rate: none until the first refusal;
/// then what the other side's bucket let through says how fast it fills. With `b` the requests it took at once and
/// `n` those taken in `t` seconds after a pause of `w`, the rate is `n / (w + t)` while the pause was too short to fill
/// the bucket, `(n - b) / t` otherwise. From there it climbs towards the rate that was refused last, the more slowly
/// the closer it is. All fields are numbers: any mixture of an old and a new value is a value, so a process that is
/// killed while it writes does no harm.
package struct Pace: Sendable, BitwiseCopyable {
  /// Requests at once; 0: nothing is known yet.
  var limit = 0.0
  /// Requests a second; 0: no limit is known.
  package internal(set) var rate = 0.0
  /// The highest rate that was kept up, the lowest that was refused.
  var low = 0.0
  var high = 0.0
  /// When the next request may begin by the rate.
  var nextStart = 0.0
  /// No request before this time.
  package internal(set) var notBefore = 0.0
  /// Refusals in a row, and when the last one came.
  package internal(set) var refusals = 0.0
  var lastRefusal = 0.0
  /// Since when the rate is what it is, and the successes since then.
  var epoch = 0.0
  var accepted = 0.0
  /// Successes since the last refusal.
  var sinceRefusal = 0.0
  /// The pause before this epoch; negative: long enough for the bucket to be full.
  var pause = -1.0
  /// What the bucket takes at once.
  var burst = 0.0
  /// 1 while the burst is being counted.
  var isCounting = 0.0
  /// By what share the rate grew last; refusals that came near the rate of the one before.
  var step = 0.0
  var confirmations = 0.0
  /// Successes between the last two refusals.
  var evidence = 0.0
  /// Refusals soon after the last change of rate, in a row.
  var tries = 0.0
  var rateSince = 0.0
  /// Requests in a row that nobody answered, and until when nobody is asked.
  var unreachable = 0.0
  package internal(set) var downUntil = 0.0
  /// Requests that may be repeated.
  var budget = Pace.maxBudget / 2
  var budgetTime = 0.0
  /// When it was last used.
  var used = 0.0

  package init() {}

  static let maxBudget = 100.0
  /// Requests that may go unanswered in a row before the account counts as down.
  package static let breakerThreshold = 5
  private static let firstPatience = 3.0
  private static let youngPatience = 1.0
  private static let fewSuccesses = 24.0
  /// Successes after which a single refusal says little about the rate.
  private static let manySuccesses = 200.0
  private static let slowestRate = 1.0 / 60
  /// Nobody asks for a longer pause than this in earnest.
  private static let longestPause = 86_400.0

  package var isDown: Bool { unreachable >= Double(Self.breakerThreshold) }

  /// Whether a request may begin; changes nothing unless it may.
  package mutating func start(now: Double, running: Int, policy: GovernorPolicy, cost: Double = 1) -> GovernorVerdict {
    // What was noted by a clock that was ahead says nothing of now, and must not make anybody wait for years.
    if used > now + 1 {
      for time in [\Pace.notBefore, \.nextStart, \.downUntil, \.lastRefusal, \.epoch] where self[keyPath: time] > now {
        self[keyPath: time] = now
      }
    }
    used = now
    if isDown {
      // One at a time looks whether somebody is there again.
      if now < downUntil { return .down(downUntil - now) }
      if running > 0 { return .full }
    }
    // Neither a clock that was set back nor what an older program believed must make anybody wait for years.
    if notBefore > now + Self.longestPause + 1 { notBefore = now }
    if nextStart > now + 3600 { nextStart = now }
    if notBefore > now {
      let left = notBefore - now
      return left > policy.maxCooldown ? .resting(left) : .wait(left)
    }
    if limit <= 0 || limit > Double(policy.maxConcurrent) { limit = Double(policy.maxConcurrent) }
    if running >= max(1, Int(clamping: limit)) { return .full }
    let interval = max(policy.minInterval, cost / Self.effective(rate, policy.rate))
    if interval > 0 {
      if nextStart > now { return .wait(nextStart - now) }
      nextStart = max(nextStart, now - interval) + interval
      if nextStart <= now { nextStart = now + interval }
    }
    if epoch <= 0 { (epoch, accepted) = (now, 0) }
    return .go
  }

  /// Lifts every pause: the next request may begin at once.
  mutating func forgive() {
    (notBefore, nextStart, downUntil, unreachable, refusals) = (0, 0, 0, 0, 0)
  }

  /// Until when nobody is asked; in the past where somebody may be.
  package var pausedUntil: Double { max(notBefore, isDown ? downUntil : 0) }

  /// Whether something other than the rate keeps the next request back.
  package func isPaused(now: Double) -> Bool { notBefore > now || isDown && downUntil > now }

  private static func effective(_ learnt: Double, _ allowed: Double?) -> Double {
    min(learnt > 0 ? learnt : .infinity, allowed ?? .infinity)
  }

  package mutating func succeeded(started: Double, now: Double, policy: GovernorPolicy) {
    unreachable = 0
    downUntil = 0
    refillBudget(now, by: 0.2)
    if limit > 0 { limit = min(Double(policy.maxConcurrent), limit + 1 / max(1, limit)) }
    guard started > lastRefusal else {
      // It was on its way together with what was refused.
      if isCounting > 0 { burst += 1 }
      return
    }
    accepted += 1
    sinceRefusal += 1
    refusals = 0
    guard rate > 0 else { return }
    let ratio = log(max(high, rate) / rate)
    // A rate that comes of a handful of requests may be far too low: it is left sooner.
    let isYoung = evidence < Self.fewSuccesses
    if ratio > 0.08 {
      // Below the rate that was refused: half the way there, the later the nearer it is.
      let patience = 0.35 * max(1, (min(burst, 50) + 4) / rate) * max(1, pow(1.1 / ratio, 1.5))
      guard now - rateSince > min(patience, isYoung ? Self.youngPatience : 10) else { return }
      low = rate
      rate = (rate * high).squareRoot()
    } else {
      // At it: on, in steps that double as long as nothing is refused, after a time that grew with each refusal here.
      let patience = isYoung ? Self.youngPatience : Self.firstPatience * pow(3, min(confirmations, 4))
      guard now - rateSince > patience else { return }
      low = rate
      step = min(max(step * 2, isYoung ? 0.2 : 0.05), 1)
      rate *= 1 + step
      high = rate
    }
    (rateSince, epoch, accepted, pause) = (now, now, 0, -1)
  }

  /// - Parameter jitter: from 0 to 1.
  package mutating func refused(
    started: Double, now: Double, retryAfter: Double?, jitter: Double, policy: GovernorPolicy
  ) {
    unreachable = 0
    let asked = retryAfter.map { min(max($0, 0), Self.longestPause) }
    // Requests that were on their way together are refused together: that counts once.
    guard started > lastRefusal else {
      if let asked { notBefore = max(notBefore, now + asked) }
      return
    }
    lastRefusal = now
    refusals += 1
    let ceiling = min(policy.maxCooldown, policy.cooldown * pow(2, min(refusals - 1, 30)))
    let wait = max(asked ?? 0, asked == nil ? ceiling * (0.5 + jitter / 2) : 0)
    learn(now: now, wait: wait, policy)
    limit = max(1, (limit > 0 ? limit : Double(policy.maxConcurrent)) / 2)
    notBefore = max(notBefore, now + wait)
    (pause, epoch, accepted) = (notBefore - now, 0, 0)
    (nextStart, rateSince) = (notBefore, notBefore)
  }

  private mutating func learn(now: Double, wait: Double, _ policy: GovernorPolicy) {
    step = 0
    evidence = sinceRefusal
    defer { sinceRefusal = 0 }
    if sinceRefusal >= Self.manySuccesses {
      // One refusal among very many answers: not a limit on the rate, or one that was just overstepped.
      if rate > 0 {
        confirmations += 1
        high = rate
        // What was kept up for some seconds only may have lived on the bucket's reserve.
        rate = min(rate, low > 0 ? low : rate) * 0.95
        low = 0
      }
      return
    }
    if rate <= 0 && accepted < 2 && confirmations == 0 {
      // Hardly anything was asked yet: the next refusal will tell more.
      confirmations = 1
      return
    }
    let elapsed = max(epoch > 0 ? now - epoch : 0, 0.001)
    let taken = accepted
    var next: Double
    if rate <= 0 {
      confirmations = 0
      (isCounting, burst) = (1, taken)
      high = max(taken, 1) / elapsed
      let lowest = max(taken, 1) / (elapsed + max(wait, 0.05))
      next = taken > 1 ? (lowest * high).squareRoot() : Double(max(2, policy.maxConcurrent / 2)) / max(wait, 0.5)
      next = min(next, high / 2)
    } else {
      isCounting = 0
      var estimate = pause >= 0 ? taken / (pause + elapsed) : 0
      var doubt = estimate / max(taken, 1)
      var atLeast = 0.0
      if pause < 0 || pause * estimate > burst || taken >= burst {
        // The bucket was full: how fast it fills shows in what came beyond that only.
        if pause >= 0 { atLeast = estimate }
        estimate = max(0, (taken - burst) / elapsed)
        doubt = 1 / elapsed
      }
      high = min(rate, max((estimate + 2 * doubt) * 1.02, low * 1.05))
      next = min(doubt > 0.1 * estimate ? estimate + doubt : estimate * 0.98, high * 0.97)
      next = max(next, min(atLeast, high * 0.97))
      if low > 0 && low < high { next = max(next, low * 0.95) }
      if taken == 0 { next = rate / 2 }
      confirmations = next > rate * 0.8 ? confirmations + 1 : 0
      let isSoon = pause >= 0 && elapsed < 2
      if isSoon && tries > 0 { next = min(next, rate * (tries < 3 ? 0.85 : 0.7)) }
      tries = pause >= 0 && elapsed < 3 ? tries + 1 : 0
    }
    if low > next { low = 0 }
    rate = max(next, Self.slowestRate)
  }

  /// Nobody was there. A request that only got no answer in time weighs less: it may have been its own fault.
  package mutating func failed(now: Double, weight: Double = 1, jitter: Double, policy: GovernorPolicy) {
    unreachable += weight
    guard isDown else { return }
    let further = min(unreachable - Double(Self.breakerThreshold), 10)
    let seconds = min(600, 15 * pow(2, further))
    downUntil = now + seconds * (0.5 + jitter / 2)
  }

  /// Takes a repetition out of the budget: it grows by one for each five successes and by one in ten seconds.
  package mutating func takeRetry(now: Double) -> Bool {
    refillBudget(now, by: 0)
    guard budget >= 1 else { return false }
    budget -= 1
    return true
  }

  private mutating func refillBudget(_ now: Double, by amount: Double) {
    if budgetTime > 0 { budget += max(0, now - budgetTime) / 10 }
    budgetTime = now
    budget = min(Self.maxBudget, budget + amount)
  }

  /// Whether all numbers make sense; what does not is forgotten.
  var isSane: Bool {
    [
      limit, rate, low, high, nextStart, notBefore, refusals, lastRefusal, epoch, accepted, pause, burst, tries, step,
      confirmations, sinceRefusal, evidence,
      rateSince, unreachable, downUntil, budget, budgetTime, used,
    ].allSatisfy { $0.isFinite && $0 >= -1 }
  }
}
