import Foundations
import Testing

@testable import Governor

/// A clock of the test's own and a server that counts as nginx's `limit_req` does.
@Suite struct PaceTests {
  /// nginx's leaky bucket with `nodelay`: rejects what goes beyond the burst.
  private struct Bucket {
    let rate: Double
    let burst: Double
    var excess = 0.0
    var last: Double?
    var rejected = 0

    mutating func takes(_ now: Double) -> Bool {
      var next = 0.0
      if let last { next = max(0, excess - (now - last) * rate + 1) }
      guard next <= burst else {
        rejected += 1
        return false
      }
      (excess, last) = (next, now)
      return true
    }
  }

  /// Sends `count` pages through a pace; gives the time in shares of the ideal and the share of refusals.
  private func simulate(
    rate: Double, burst: Double, retryAfter: Double?, concurrent: Int, count: Int, seed: UInt64
  ) -> (time: Double, refused: Double) {
    var random = SplitMix(seed: seed)
    var bucket = Bucket(rate: rate, burst: burst)
    var pace = Pace()
    let policy = GovernorPolicy(maxConcurrent: concurrent)
    let start = 1_000_000.0
    var now = start
    var left = count
    var done = 0
    var flying: [(end: Double, started: Double, isTaken: Bool)] = []
    while done < count, now < start + 50 * Double(count) / rate {
      var wake = Double.infinity
      sending: while left > 0 {
        switch pace.start(now: now, running: flying.count, policy: policy) {
        case .go:
          flying.append((now + 0.002 * (1 + random.unit()), now, bucket.takes(now)))
          left -= 1
        case .wait(let seconds):
          wake = now + max(seconds, 1e-6)
          break sending
        default: break sending
        }
      }
      flying.sort { $0.end < $1.end }
      now = min(wake, flying.first?.end ?? .infinity)
      while let first = flying.first, first.end <= now {
        flying.removeFirst()
        if first.isTaken {
          pace.succeeded(started: first.started, now: now, policy: policy)
          done += 1
        } else {
          pace.refused(started: first.started, now: now, retryAfter: retryAfter, jitter: random.unit(), policy: policy)
          left += 1
        }
      }
    }
    return ((now - start) / (Double(count) / rate), Double(bucket.rejected) / Double(count + bucket.rejected))
  }

  @Test(arguments: [10.0, 20, 40], [5.0, 20]) func learnsWhatALimiterLetsThrough(rate: Double, burst: Double) {
    for seed in 1...20 {
      let concurrent = [2, 4, 8][seed % 3]
      let result = simulate(
        rate: rate, burst: burst, retryAfter: 1, concurrent: concurrent, count: Int(clamping: rate * 30),
        seed: UInt64(seed))
      #expect(result.time <= 1.25, "rate \(rate), burst \(burst), seed \(seed): \(result)")
      #expect(result.refused <= 0.05, "rate \(rate), burst \(burst), seed \(seed): \(result)")
    }
  }

  @Test func isSlowedByNothingWhereNothingIsRefused() {
    let result = simulate(rate: 1e9, burst: 1e9, retryAfter: nil, concurrent: 8, count: 1000, seed: 1)
    #expect(result.refused == 0)
  }

  @Test func refusalsTogetherCountOnceAndHalveTheConcurrency() {
    var pace = Pace()
    let policy = GovernorPolicy(maxConcurrent: 8, cooldown: 1, maxCooldown: 60)
    for _ in 0..<8 { #expect(pace.start(now: 100, running: 0, policy: policy) == .go) }
    for _ in 0..<8 { pace.refused(started: 100, now: 101, retryAfter: nil, jitter: 1, policy: policy) }
    #expect(pace.refusals == 1 && pace.limit == 4)
    #expect(pace.start(now: 101, running: 0, policy: policy) == .wait(1))
    #expect(pace.notBefore == 102)
    // The next one in a row waits twice as long.
    pace.refused(started: 102.5, now: 103, retryAfter: nil, jitter: 1, policy: policy)
    #expect(pace.notBefore == 105 && pace.limit == 2)
    // Recovery is additive: some rounds of successes give one each.
    for number in 0..<20 {
      pace.succeeded(started: 106 + Double(number), now: 106.1 + Double(number), policy: policy)
    }
    #expect(pace.limit > 4 && pace.limit <= 8)
  }

  @Test func whatTheServerAsksForIsAFloor() {
    var pace = Pace()
    let policy = GovernorPolicy(cooldown: 1, maxCooldown: 60)
    _ = pace.start(now: 100, running: 0, policy: policy)
    pace.refused(started: 100, now: 100, retryAfter: 30, jitter: 0, policy: policy)
    #expect(pace.start(now: 129.9, running: 0, policy: policy) == .wait(pace.notBefore - 129.9))
    // More than a run waits for is left to the next one.
    pace.refused(started: 131, now: 131, retryAfter: 3600, jitter: 0, policy: policy)
    #expect(pace.start(now: 131, running: 0, policy: policy) == .resting(3600))
    // Nonsense does not last for ever.
    pace.refused(started: 5000, now: 5000, retryAfter: 1e30, jitter: 0, policy: policy)
    #expect(pace.notBefore <= 5000 + 366 * 86_400)
  }

  @Test func theBreakerOpensAndOneLooksWhetherSomebodyIsThere() {
    var pace = Pace()
    let policy = GovernorPolicy(maxConcurrent: 4)
    for _ in 0..<Pace.breakerThreshold {
      #expect(pace.start(now: 100, running: 0, policy: policy) == .go)
      pace.failed(now: 100, jitter: 1, policy: policy)
    }
    guard case .down(let seconds) = pace.start(now: 100, running: 0, policy: policy) else {
      Issue.record("not down")
      return
    }
    #expect(pace.start(now: 100 + seconds, running: 0, policy: policy) == .go)
    #expect(pace.start(now: 100 + seconds, running: 1, policy: policy) == .full, "one at a time")
    pace.succeeded(started: 100 + seconds, now: 101 + seconds, policy: policy)
    #expect(pace.start(now: 101 + seconds, running: 1, policy: policy) == .go)
  }

  @Test func theRetryBudgetIsAShareOfTheSuccesses() {
    var pace = Pace()
    var taken = 0
    while pace.takeRetry(now: 100) { taken += 1 }
    #expect(taken == 50)
    for _ in 0..<50 { pace.succeeded(started: 101, now: 101, policy: GovernorPolicy()) }
    taken = 0
    while pace.takeRetry(now: 101) { taken += 1 }
    #expect(taken == 10)
    let isRefilled = pace.takeRetry(now: 112)
    #expect(isRefilled)
  }

  @Test func crawlDelayAndRateAreKept() {
    var pace = Pace()
    let policy = GovernorPolicy(maxConcurrent: 10, rate: 100, minInterval: 2)
    #expect(pace.start(now: 100, running: 0, policy: policy) == .go)
    #expect(pace.start(now: 101, running: 0, policy: policy) == .wait(1))
    #expect(pace.start(now: 102, running: 0, policy: policy) == .go)
    #expect(pace.start(now: 103.5, running: 0, policy: policy) == .wait(0.5))
  }
}

/// Numbers that are the same in each run.
struct SplitMix {
  var seed: UInt64
  mutating func unit() -> Double {
    seed &+= 0x9E37_79B9_7F4A_7C15
    var mixed = seed
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
  }
}
