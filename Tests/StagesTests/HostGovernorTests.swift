import Foundations
import Testing

@testable import Stages

@Suite struct HostGovernorTests {
  private let second: UInt64 = 1_000_000_000

  private func governor(perHost: Int = 2, rate: Double? = nil) -> HostGovernor<Int> {
    HostGovernor(perHost: perHost, rate: rate, cooldown: 1, maxCooldown: 60)
  }

  @Test func slotsAreGivenOutAndBack() {
    var governor = governor()
    for job in 0..<3 { governor.enqueue(job, host: "a") }
    governor.enqueue(9, host: "b")
    #expect(governor.start(now: 0, max: 10) == [0, 1, 9])
    #expect(governor.start(now: 0, max: 10) == [])
    #expect(governor.waitingCount == 1 && governor.runningCount == 3)
    governor.ended(host: "a")
    #expect(governor.start(now: 0, max: 10) == [2])
  }

  @Test func ratesSpaceRequests() {
    var governor = governor(perHost: 10, rate: 4)
    for job in 0..<3 { governor.enqueue(job, host: "a") }
    #expect(governor.start(now: 0, max: 10) == [0])
    #expect(governor.nextStart(now: 0) == second / 4)
    #expect(governor.start(now: second / 4, max: 10) == [1])
  }

  @Test func refusalsRestTheHostAndOnlyIt() {
    var governor = governor(perHost: 1)
    for job in 0..<2 { governor.enqueue(job, host: "a") }
    for job in 10..<12 { governor.enqueue(job, host: "b") }
    #expect(governor.start(now: 0, max: 10) == [0, 10])
    governor.refused(host: "a", retryAfter: 5, now: 0, jitter: 0)
    governor.ended(host: "b")
    #expect(governor.start(now: second, max: 10) == [11])
    #expect(governor.start(now: 5 * second, max: 10) == [1])
  }

  @Test func restsGrowForHostsThatDoNotSayHowLong() {
    var governor = governor(perHost: 1)
    governor.enqueue(0, host: "a")
    var rests: [UInt64] = []
    var now: UInt64 = 0
    for job in 1...9 {
      governor.enqueue(job, host: "a")
      _ = governor.start(now: .max, max: 1)
      governor.refused(host: "a", retryAfter: nil, now: now, jitter: 1)
      let next = governor.nextStart(now: now) ?? 0
      rests.append((next - now) / second)
      now = next
    }
    #expect(rests == [1, 2, 4, 8, 16, 32, 60, 60, 60])
  }

  @Test func refusalsOfOneMomentCountOnce() {
    var governor = governor(perHost: 4)
    for job in 0..<5 { governor.enqueue(job, host: "a") }
    _ = governor.start(now: 0, max: 4)
    for _ in 0..<4 { governor.refused(host: "a", retryAfter: nil, now: 0, jitter: 1) }
    #expect(governor.nextStart(now: 0) == second)
  }

  @Test func hopelessJobsAreHandedBack() {
    var governor = governor(perHost: 1)
    for job in 0..<3 { governor.enqueue(job, host: "a") }
    _ = governor.start(now: 0, max: 1)
    governor.refused(host: "a", retryAfter: 3600, now: 0, jitter: 0)
    let taken = governor.takeHopeless(now: second)
    #expect(taken.map(\.job) == [1, 2])
    #expect(taken.allSatisfy { $0.seconds == 3599 })
    #expect(governor.waitingCount == 0)
  }
}
