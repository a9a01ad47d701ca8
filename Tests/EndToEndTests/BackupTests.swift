import Foundations
import Glibc
import TestSupport
import Testing

/// A backup holds one moment, whatever runs do meanwhile, and comes back whole or not at all.
@Suite struct BackupTests {
  private func world() throws -> World {
    let world = try World(
      stages: """
        src:   {uses: import, with: {path: "in/*.txt"}}
        upper: {run: "tr a-z A-Z", needs: src, with: {mode: item}}
        lean:  {uses: filter, needs: src, with: {drop: [bytes]}, publish: true}
        big:   {run: "seq 300000 > {output}; cat {input}/* >> {output}", needs: upper}
        """)
    for number in 0..<10 { try world.write("in/\(number).txt", "text \(number)\n") }
    #expect(try world.run().exitCode == 0)
    return world
  }

  @Test func itIsMadeWhileRunsGoOnAndComesBack() throws {
    let world = try world()
    let runs = try RunningProgram(
      [
        "sh", "-c",
        "n=0; while [ $n -lt 25 ]; do n=$((n+1)); echo run $n > in/$((n % 10)).txt; '\(BuiltProgram.path)' run -q; done",
      ], in: world.directory)
    defer { runs.killGroup() }
    for number in 0..<6 {
      let file = number % 2 == 0 ? "backup-\(number).tar.zst" : "backup-\(number).tar"
      let made = try world.sluice("backup", file)
      #expect(made.exitCode == 0, "\(made.errors)")
      let other = world.path("restored-\(number)")
      let back = try world.sluice("restore", file, "--into", other)
      #expect(back.exitCode == 0, "\(back.errors)")
      let there = ["SLUICE_ARTIFACTS": other]
      let check = try world.sluice("fsck", environment: there)
      #expect(check.exitCode == 0, "\(check.output)")
    }
    _ = try runs.wait()
    #expect(try world.run().exitCode == 0)
    let published = try world.published("w")
    #expect(try world.sluice("backup", "last.tar.zst").exitCode == 0)
    #expect(try FileSystem.read(world.path("last.tar.zst")).starts(with: [0x28, 0xB5, 0x2F, 0xFD]), "RFC 8878")
    // Any tar opens it; that for zstd needs a program more, which not every machine has.
    #expect(try world.sluice("backup", "last.tar").exitCode == 0)
    #expect(try ProgramRun.run(["tar", "tf", "last.tar"], in: world.directory).output.contains("manifest.json"))
    // What the project had is gone; nothing is run to have it again.
    #expect(try ProgramRun.run(["mv", "artifacts", "lost"], in: world.directory).exitCode == 0)
    #expect(try world.sluice("restore", "last.tar.zst").exitCode == 0)
    #expect(try world.published("w") == published)
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.run().didNoWork)
    #expect(try world.published("w") == published)
  }

  @Test func damageIsFoundBeforeAnythingIsInItsPlace() throws {
    let world = try world()
    #expect(try world.sluice("backup", "whole.tar").exitCode == 0)
    let taken = try world.sluice("restore", "whole.tar")
    #expect(taken.exitCode == 2 && taken.errors.contains("is not empty"), "\(taken.errors)")
    let bytes = try FileSystem.read(world.path("whole.tar"))
    var random = SeededGenerator(seed: 3)
    for number in 0..<20 {
      var damaged = bytes
      if number < 5 {
        damaged.removeLast(Int.random(in: 2000..<bytes.count, using: &random))
      } else {
        // Not in the padding between files, which says nothing: what is there, some of it is.
        for _ in 0..<64 { damaged[Int.random(in: 0..<bytes.count, using: &random)] ^= 0x41 }
      }
      try world.write("damaged.tar", damaged)
      let back = try world.sluice("restore", "damaged.tar", "--into", "other")
      #expect(back.exitCode == 1, "\(number): \(back.output)")
      #expect(!world.exists("other") && !world.exists("other.restoring"), "\(number)")
    }
    // One that leads out of its folder.
    let script =
      "import tarfile, io; t=tarfile.open('evil.tar','w'); i=tarfile.TarInfo('objects/../../evil'); i.size=1; t.addfile(i, io.BytesIO(b'x')); t.close()"
    #expect(try ProgramRun.run(["python3", "-c", script], in: world.directory).exitCode == 0)
    #expect(try world.sluice("restore", "evil.tar", "--into", "other").exitCode == 1)
    #expect(!world.exists("evil") && !world.exists("other"))
  }

  @Test func whatIsDamagedIsNotBackedUpAndTheAdviceHelps() throws {
    let world = try world()
    try FileSystem.remove(world.path("artifacts/objects/packs/1.pack"))
    try world.write("b.tar", "the former one")
    let refused = try world.sluice("backup", "b.tar")
    #expect(refused.exitCode == 1 && refused.errors.contains("sluice fsck --repair"), "\(refused.errors)")
    #expect(try world.read("b.tar") == "the former one")
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("backup", "b.tar").exitCode == 0)
  }

  @Test func aKillLeavesWhatWasThere() throws {
    let world = try world()
    #expect(try world.sluice("backup", "b.tar").exitCode == 0)
    let former = try FileSystem.read(world.path("b.tar"))
    for delay: UInt32 in [5_000, 20_000, 40_000, 80_000] {
      let running = try world.start("backup", "b.tar")
      usleep(delay)
      running.killGroup()
      _ = try? running.wait()
      let now = try FileSystem.read(world.path("b.tar"))
      if now != former { #expect(try world.sluice("restore", "b.tar", "--into", "killed-\(delay)").exitCode == 0) }
    }
    #expect(try world.sluice("restore", "b.tar", "--into", "killed").exitCode == 0)
  }
}
