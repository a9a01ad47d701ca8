import Foundations
import Glibc
import TestSupport
import Testing

/// kill -9 while it forgets: the next `forget` ends with what an undisturbed one would have left.
@Suite(.serialized) struct ForgetKillTests {
  /// How many; `SLUICE_FORGET_KILLS=100` for more.
  private static let wanted = Environment["SLUICE_FORGET_KILLS"].flatMap(Int.init) ?? 12

  @Test(.timeLimit(.minutes(20))) func whatWasKilledIsFinishedByTheNext() throws {
    let world = try ForgetWorld.make(
      stages: """
        src: {uses: import, with: {path: "docs/*.md"}}
        up:  {run: "tr a-z A-Z", needs: src, with: {mode: item}, publish: true}
        all: {run: "cat {input}/* > {output}", needs: up}
        """)
    try ForgetWorld.live(world, nights: 3)
    #expect(try world.run("--set", "up.run=rev").exitCode == 0)
    _ = try ProgramRun.run(["cp", "-a", "artifacts", "kept"], in: world.directory)
    let start = MonotonicClock.now
    #expect(try world.sluice("forget", ForgetWorld.id).exitCode == 0)
    var length = MonotonicClock.seconds(since: start)
    let wanted = try world.published("p")
    var kills = 0
    var round = 0
    while kills < Self.wanted {
      try FileSystem.remove(world.path("artifacts"))
      _ = try ProgramRun.run(["cp", "-a", "kept", "artifacts"], in: world.directory)
      for _ in 0..<2 {
        let running = try world.start("forget", ForgetWorld.id)
        usleep(UInt32(clamping: UInt64(clamping: length * 1e6 * Double.random(in: 0.05...1))))
        running.killGroup()
        if try running.wait().exitCode == nil { kills += 1 } else { length *= 0.9 }
      }
      // A run may come in between.
      if round % 3 == 2 { #expect(try world.run().exitCode == 0) }
      round += 1
      let done = try world.sluice("forget", ForgetWorld.id)
      #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
      #expect(try ForgetWorld.traces(in: world) == "")
      let isAsItShould = try world.published("p") == wanted
      #expect(isAsItShould, "what is published is what an undisturbed forget leaves")
      #expect(try world.sluice("fsck").exitCode == 0)
      #expect(try world.run().didNoWork)
    }
  }
}
