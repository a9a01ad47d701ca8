import Foundations
import Glibc
import TestSupport
import Testing

/// kill -9 at any moment: the next run ends with what an undisturbed run would have made.
@Suite(.serialized) struct KillTests {
  /// How many; `SLUICE_KILLS=400` for more.
  private static let wanted = Environment["SLUICE_KILLS"].flatMap(Int.init) ?? 200

  @Test(.timeLimit(.minutes(20))) func twoHundredKills() throws {
    let versions = 2
    let site = try NginxServer()
    let settings = FaultWorld.settings(with: site)
    let reference = try FaultWorld.undisturbed(versions: versions, site: site)
    var random = SplitMix(seed: 20_261_121)
    var kills = 0
    var lateKills = 0
    // How long an undisturbed run takes here, so that moments are spread over all of it.
    let probe = try World(settings)
    try FaultWorld.fill(probe, version: 0)
    try FaultWorld.fill(site, version: 0)
    let start = MonotonicClock.now
    _ = try probe.sluice("run", "--quiet")
    // It follows how busy the machine is: a kill that comes too late makes it shorter, one that hits a little longer.
    var length = MonotonicClock.seconds(since: start)
    while kills < Self.wanted {
      let world = try World(settings)
      for version in 0..<versions {
        try FaultWorld.fill(world, version: version)
        try FaultWorld.fill(site, version: version)
        world.settle()
        // Several kills in a row, each at a moment of its own, until one comes too late.
        for _ in 0..<4 {
          let running = try world.start("run", "--quiet")
          usleep(UInt32(random.next(below: UInt64(clamping: length * 1e6))))
          running.killGroup()
          let ended = try running.wait()
          if ended.exitCode == nil {
            kills += 1
            length *= 1.02
          } else {
            lateKills += 1
            length *= 0.95
            break
          }
        }
        let run = try world.run()
        #expect(run.exitCode == 0, "\(run.errors)")
        let published = try world.published("w")
        #expect(published.keys.sorted() == reference[version].keys.sorted())
        for (name, bytes) in reference[version] {
          #expect(published[name] == bytes, "\(name) differs after kills in version \(version)")
        }
        let again = try world.run()
        #expect(again.exitCode == 0 && again.didNoWork, "after the run nothing is left to do: \(again.worked)")
      }
      let check = try world.sluice("fsck")
      #expect(check.exitCode == 0, "\(check.output)")
    }
    #expect(kills >= Self.wanted)
    #expect(lateKills < 2 * Self.wanted, "most kills must hit a running program")
  }
}

/// A small generator with a seed (SplitMix64), so that a failure can be had again.
private struct SplitMix {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next(below limit: UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) % max(1, limit)
  }
}
