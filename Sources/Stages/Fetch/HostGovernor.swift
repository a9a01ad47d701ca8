import Foundations

/// Decides when a request to a host may go out: so many at once, so many a second, and none while
/// the host asks for patience. A value without threads or clocks: times are nanoseconds of
/// `MonotonicClock`, given by the caller.
struct HostGovernor<Job> {
  private struct Host {
    var waiting: [Job] = []
    /// How much of `waiting` has gone; removing from the front one by one would be quadratic.
    var first = 0
    var running = 0
    /// No request before this time.
    var notBefore: UInt64 = 0
    /// Requests in a row that were answered with a plea for patience.
    var refusals = 0
    /// The end of the rest that the last refusals led to.
    var restsUntil: UInt64 = 0

    var hasWaiting: Bool { first < waiting.count }

    mutating func pop() -> Job {
      defer {
        first += 1
        if first == waiting.count { (waiting, first) = ([], 0) }
      }
      return waiting[first]
    }
  }

  let perHost: Int
  /// Requests per second to one host.
  let rate: Double?
  /// Seconds: what a host without a wish of its own is given, doubled each time, and the most of it.
  let cooldown: Double
  let maxCooldown: Double
  private var hosts: [String: Host] = [:]
  private(set) var waitingCount = 0
  private(set) var runningCount = 0

  init(perHost: Int, rate: Double?, cooldown: Double, maxCooldown: Double) {
    self.perHost = perHost
    self.rate = rate
    self.cooldown = cooldown
    self.maxCooldown = maxCooldown
  }

  mutating func enqueue(_ job: Job, host: String) {
    hosts[host, default: Host()].waiting.append(job)
    waitingCount += 1
  }

  /// Jobs that may go out now, at most `max`; each holds a slot until `ended`.
  mutating func start(now: UInt64, max: Int) -> [Job] {
    guard waitingCount > 0, max > 0 else { return [] }
    var jobs: [Job] = []
    for name in hosts.keys.sorted() {
      while jobs.count < max, var host = hosts[name], host.hasWaiting, host.running < perHost,
        host.notBefore <= now
      {
        jobs.append(host.pop())
        host.running += 1
        if let rate, rate > 0 { host.notBefore = now + UInt64(min(1e9 / rate, 3.15e18)) }
        hosts[name] = host
        waitingCount -= 1
        runningCount += 1
      }
    }
    return jobs
  }

  /// When `start` may next have something because time has passed; `nil` when only an end helps.
  func nextStart(now: UInt64) -> UInt64? {
    hosts.values.filter { $0.hasWaiting && $0.running < perHost && $0.notBefore > now }.map(
      \.notBefore
    ).min()
  }

  /// Gives a slot back after a request that was not refused.
  mutating func ended(host name: String) {
    release(name)
    hosts[name]?.refusals = 0
  }

  /// Gives a slot back after 429 or 503: the whole host rests for as long as it asked, or by
  /// itself longer each time. `jitter` is from 0 to 1.
  mutating func refused(host name: String, retryAfter: Double?, now: UInt64, jitter: Double) {
    release(name)
    guard var host = hosts[name] else { return }
    // Requests that were on their way together are refused together: that counts once.
    if now >= host.restsUntil { host.refusals += 1 }
    var pause = cooldown
    for _ in 1..<max(1, min(host.refusals, 20)) where pause < maxCooldown { pause *= 2 }
    pause = min(pause, maxCooldown) * (0.5 + jitter / 2)
    let wait = min(max(retryAfter ?? 0, retryAfter == nil ? pause : 0), 366 * 86_400)
    host.restsUntil = max(host.restsUntil, now + UInt64(wait * 1e9))
    host.notBefore = max(host.notBefore, host.restsUntil)
    hosts[name] = host
  }

  private mutating func release(_ name: String) {
    hosts[name]?.running -= 1
    runningCount -= 1
  }

  /// Takes out all jobs of hosts that rest for longer than `maxCooldown`, with the seconds left.
  mutating func takeHopeless(now: UInt64) -> [(job: Job, seconds: Double)] {
    var taken: [(Job, Double)] = []
    for (name, host) in hosts where host.hasWaiting && host.notBefore > now {
      let left = Double(host.notBefore - now) / 1e9
      guard left > maxCooldown else { continue }
      taken += host.waiting[host.first...].map { ($0, left) }
      waitingCount -= host.waiting.count - host.first
      hosts[name]?.waiting = []
      hosts[name]?.first = 0
    }
    return taken
  }
}
