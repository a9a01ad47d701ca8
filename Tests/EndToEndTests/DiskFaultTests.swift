import Foundations
import Glibc
import TestSupport
import Testing

/// Disks that fill up and disks that fail: a clear error, and nothing lost.
@Suite struct DiskFaultTests {
  /// A mount namespace of one's own.
  private static let namespace =
    getuid() == 0 ? ["unshare", "--mount"] : ["unshare", "--user", "--map-root-user", "--mount"]
  private static func works(_ command: [String]) -> Bool {
    (try? ProgramRun.run(command, in: "/"))?.exitCode == 0
  }
  private static let canMount = works(namespace + ["mount", "-t", "tmpfs", "tmpfs", "/mnt"])
  private static let canTrace = works(["strace", "-qq", "-o", "/dev/null", "true"])

  @Test(.enabled(if: canMount, "this user may not mount here (unshare --user --mount)")) func theDiskIsFull() throws {
    let reference = try FaultWorld.undisturbed(versions: 1)[0]
    let world = try FaultWorld.filled()
    // A small tmpfs of the test's own, in a mount namespace that ends with the script.
    try world.write(
      "full.sh",
      """
      set -e
      mkdir -p artifacts saved
      mount -t tmpfs -o size=\("$1") tmpfs artifacts
      "\(BuiltProgram.path)" run --quiet && echo "first: 0" || echo "first: $?"
      "\(BuiltProgram.path)" fsck || true
      mount -o remount,size=64m artifacts
      "\(BuiltProgram.path)" run --quiet && echo "second: 0" || echo "second: $?"
      "\(BuiltProgram.path)" fsck
      cp -RL artifacts/published saved/published
      """)
    for size in ["160k", "350k", "500k"] {
      try world.remove("saved")
      let run = try ProgramRun.run(Self.namespace + ["sh", "full.sh", size], in: world.directory)
      #expect(run.exitCode == 0, "\(run.output) \(run.errors)")
      #expect(run.output.contains("first: 1"), "\(size): \(run.output) \(run.errors)")
      #expect(run.errors.contains("full") || run.errors.contains("No space left"), "\(size): \(run.errors)")
      #expect(run.errors.contains("sluice gc"), "it says what to do: \(run.errors)")
      #expect(run.output.contains("second: 0"), "\(size): \(run.output) \(run.errors)")
      for (name, bytes) in reference {
        #expect(try FileSystem.read(world.path("saved/published/w/\(name)")) == bytes, "\(size): \(name)")
      }
    }
  }

  /// A system call that fails, as strace injects it.
  static let faults = [
    "fdatasync:error=EIO:when=1", "fdatasync:error=EIO:when=3", "fsync:error=EIO:when=1", "fsync:error=EIO:when=4",
    "rename:error=EIO:when=1", "rename:error=EIO:when=2", "pwrite64:error=ENOSPC:when=20+",
    "pwrite64:error=EIO:when=12",
    "write:error=ENOSPC:when=10+",
  ]

  @Test(.enabled(if: canTrace, "strace may not trace here"), arguments: faults) func aCallFails(_ fault: String) throws
  {
    let reference = try FaultWorld.undisturbed(versions: 1)[0]
    let world = try FaultWorld.filled()
    let call = String(fault.prefix { $0 != ":" })
    let hurt = try ProgramRun.run(
      [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(fault)", BuiltProgram.path,
        "run", "--quiet",
      ],
      in: world.directory)
    // A fault may hit what is only a convenience (a log line); a run that says that all is well must be.
    if hurt.exitCode != 0 {
      #expect(hurt.exitCode == 1, "\(hurt.ending.description)")
      // `write` is also how messages are printed.
      if call != "write" {
        #expect(hurt.errors.contains("sluice: ") && !hurt.errors.contains("Fatal error"), "\(hurt.errors)")
      }
    } else {
      try expectPublished(world, reference, fault)
    }
    let next = try world.run()
    #expect(next.exitCode == 0, "\(fault): \(next.errors)")
    try expectPublished(world, reference, fault)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test(
    .enabled(if: canTrace, "strace may not trace here"),
    arguments: [
      "rename:retval=0:when=2", "rename:retval=0:when=1", "fsync:retval=0:when=1+", "fdatasync:retval=0:when=1+",
    ])
  func aCallClaimsToHaveSucceeded(_ fault: String) throws {
    let reference = try FaultWorld.undisturbed(versions: 1)[0]
    let world = try FaultWorld.filled()
    let call = String(fault.prefix { $0 != ":" })
    _ = try ProgramRun.run(
      [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(fault)", BuiltProgram.path,
        "run", "--quiet",
      ],
      in: world.directory)
    // What a disk lost behind our back is found by fsck, and made again.
    _ = try world.sluice("fsck", "--repair")
    let next = try world.run()
    #expect(next.exitCode == 0, "\(fault): \(next.errors)")
    try expectPublished(world, reference, fault)
  }

  private func expectPublished(_ world: World, _ reference: [String: [UInt8]], _ fault: String) throws {
    let published = try world.published("w")
    #expect(published.keys.sorted() == reference.keys.sorted(), "\(fault)")
    for (name, bytes) in reference { #expect(published[name] == bytes, "\(fault): \(name)") }
  }

  @Test(.enabled(if: canMount, "this user may not mount here (unshare --user --mount)")) func gcMakesRoomOnAFullDisk()
    throws
  {
    let world = try FaultWorld.filled()
    try world.write(
      "full.sh",
      """
      set -e
      mkdir -p artifacts
      mount -t tmpfs -o size=80m tmpfs artifacts
      "\(BuiltProgram.path)" run --quiet
      "\(BuiltProgram.path)" run --quiet --force big --set big.output_name=other
      dd if=/dev/zero of=artifacts/ballast bs=4k 2>/dev/null || true
      test "$(df --output=avail artifacts | tail -1)" -eq 0
      "\(BuiltProgram.path)" gc --keep-runs 0
      rm artifacts/ballast
      "\(BuiltProgram.path)" run --quiet
      "\(BuiltProgram.path)" fsck
      """)
    let run = try ProgramRun.run(Self.namespace + ["sh", "full.sh"], in: world.directory)
    #expect(run.exitCode == 0, "\(run.output) \(run.errors)")
  }
}
