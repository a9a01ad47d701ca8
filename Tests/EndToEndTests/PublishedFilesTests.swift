import Foundations
import Glibc
import TestSupport
import Testing

/// What is published is what a run made, whoever was at it in between.
@Suite struct PublishedFilesTests {
  private func world(_ stages: String) throws -> World {
    try World(["pipelines/p.yaml": "pipeline: p\nparams: {v: one}\nstages:\n\(stages)\n"])
  }

  private func overwrite(_ world: World, _ name: String, _ text: String) throws {
    chmod(world.path(name), 0o644)
    guard let file = fopen(world.path(name), "w") else { throw FileSystem.systemError("open", name) }
    fputs(text, file)
    fclose(file)
  }

  @Test func theyAreReadOnlyCopies() throws {
    let world = try world("  a: {run: \"head -c 3000000 /dev/zero > {output}\"}")
    #expect(try world.run().exitCode == 0)
    let path = world.path("artifacts/published/p/a/output")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o222 == 0, "published files are read-only")
    #expect(status.st_nlink == 1, "a published file is no link that writes through to an object")
  }

  @Test func editedEmptiedAndDeletedFilesComeBackAndItIsSaid() throws {
    let world = try world("  a: {run: \"echo ${params.v} > {output}\"}\n  b: {run: \"echo b > {output}\"}")
    #expect(try world.run().exitCode == 0)
    let file = "artifacts/published/p/a/output"
    func expectRestored(_ what: String, _ text: String = "one\n", _ arguments: String...) throws {
      let run = try world.sluice("run")
      #expect(run.exitCode == 0, "\(what): \(run.errors)")
      #expect(try world.read(file) == text, "\(what)")
      #expect((run.output + run.errors).contains("put back"), "\(what): \(run.output) \(run.errors)")
      #expect(try world.sluice("fsck").exitCode == 0)
    }
    try overwrite(world, file, "EVIL")
    #expect(try world.sluice("fsck").exitCode == 1)
    try expectRestored("edited")
    try overwrite(world, file, "")
    #expect(try world.sluice("fsck").exitCode == 1)
    try expectRestored("emptied")
    try overwrite(world, file, "two\n")
    try expectRestored("other text of the same size")
    try FileSystem.remove(world.path(file))
    try expectRestored("deleted")
    // A link of the generation, the whole entrance.
    for name in ["artifacts/published/p/a", "artifacts/published/p"] {
      try FileSystem.remove(world.path(name))
      #expect(try world.run().exitCode == 0)
      #expect(try world.read(file) == "one\n", "\(name)")
    }
    // A former result whose folder was edited while it was not published.
    let former = try #require(realpath(world.path("artifacts/published/p/a"), nil).map { String(cString: $0) })
    #expect(try world.run(v: "two").exitCode == 0)
    chmod(former + "/output", 0o644)
    try FileSystem.writeAtomically("EVIL", to: former + "/output")
    #expect(try world.run(v: "one").exitCode == 0)
    #expect(try world.read(file) == "one\n")
    // A touched file is the same file.
    world.touch(file)
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func fsckForgetsWhatIsWrongAndTheNextRunPutsItBack() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}")
    #expect(try world.run().exitCode == 0)
    try overwrite(world, "artifacts/published/p/a/output", "EVIL")
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    #expect(try world.run().exitCode == 0)
    #expect(try world.read("artifacts/published/p/a/output") == "one\n")
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  /// A file that is stored as an object, and links, need no run.
  @Test func whatIsStoredIsPutBackAtOnce() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}\n  b: {run: \"seq 200000 > {output}\"}")
    #expect(try world.run().exitCode == 0)
    let wanted = try world.published("p")
    for fault in [
      "rm artifacts/published/p/a/output", "echo > more; mv more artifacts/published/p/b/", "rm artifacts/published/p",
      "rm artifacts/published/p/b",
      "chmod u+w artifacts/published/p/b/output; echo EVIL > artifacts/published/p/b/output",
    ] {
      #expect(try ProgramRun.run(["sh", "-c", fault], in: world.directory).exitCode == 0)
      let found = try world.sluice("fsck")
      #expect(found.exitCode == 1 && found.output.contains("`sluice fsck --repair`"), "\(fault): \(found.output)")
      let repaired = try world.sluice("fsck", "--repair")
      #expect(repaired.exitCode == 0 && repaired.output.contains("put back"), "\(fault): \(repaired.output)")
      #expect(try world.sluice("fsck").exitCode == 0, "\(fault)")
      #expect(try world.published("p") == wanted, "\(fault)")
      #expect(try world.run().didNoWork, "\(fault)")
    }
  }

  /// More stages than an earlier program looked at.
  @Test func thereIsNoLimitOfStages() throws {
    let world = try world(
      "  a: {foreach: [\((1...300).map(String.init).joined(separator: ", "))], run: \"echo ${item} > {output}\"}")
    #expect(try world.run().exitCode == 0)
    try overwrite(world, "artifacts/published/p/a@217/output", "EVIL")
    #expect(try world.run().exitCode == 0)
    #expect(try world.read("artifacts/published/p/a@217/output") == "217\n")
  }

  @Test func artifactsThatWereCopiedWithoutLinksHeal() throws {
    let world = try world("  a: {run: \"echo ${params.v} > {output}\"}")
    #expect(try world.run().exitCode == 0)
    let copy = try ProgramRun.run(
      ["sh", "-c", "cp -rL artifacts copy && rm -rf artifacts && mv copy artifacts"], in: world.directory)
    #expect(copy.exitCode == 0)
    for value in ["one", "two"] {
      let run = try world.run(v: value)
      #expect(run.exitCode == 0, "\(run.errors) \(run.result)")
      #expect(try world.read("artifacts/published/p/a/output") == value + "\n")
    }
    #expect(FileSystem.linkTarget(world.path("artifacts/published/p")) != nil)
  }

  @Test func aLargeObjectThatWasChangedIsNotCopiedUnderAValidName() throws {
    let world = try world(
      "  a: {run: \"head -c 3000000 /dev/zero > {output}\"}\n  b: {run: \"cat {input} > {output}; echo ${params.v} >> {output}\", needs: a}"
    )
    #expect(try world.run().exitCode == 0)
    let objects = try ProgramRun.run(
      ["find", "artifacts/objects", "-type", "f", "-not", "-name", "*.pack"], in: world.directory)
    for name in objects.output.split(separator: "\n") { try overwrite(world, String(name), "EVIL") }
    let hurt = try world.run(v: "two")
    #expect(hurt.exitCode == 1, "\(hurt.result)")
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    let next = try world.run(v: "two")
    #expect(next.exitCode == 0, "\(next.errors) \(next.result)")
    #expect(try FileSystem.read(world.path("artifacts/published/p/b/output")).count == 3_000_004)
  }

  @Test func aLedgerOfGarbageIsPutAsideByTheAdviceGiven() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}")
    #expect(try world.run().exitCode == 0)
    for ending in ["-wal", "-shm"] { try world.remove("artifacts/ledger.sqlite" + ending) }
    try world.write("artifacts/ledger.sqlite", String(repeating: "garbage ", count: 4000))
    let hurt = try world.sluice("run")
    #expect(hurt.exitCode == 1 && hurt.errors.contains("sluice fsck"), "\(hurt.errors)")
    let check = try world.sluice("fsck")
    #expect(check.exitCode == 1 && check.output.contains("--repair"), "\(check.output) \(check.errors)")
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    let next = try world.run()
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(try world.read("artifacts/published/p/a/output") == "one\n")
  }

  @Test func numbersThatCannotBeInTheLedgerAreSaidAndHealed() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}")
    #expect(try world.run().exitCode == 0)
    for change in ["size=-1", "length=9223372036854775807", "start=-5", "size=9223372036854775807"] {
      let script =
        "import sqlite3; c=sqlite3.connect('artifacts/ledger.sqlite'); c.execute('UPDATE objects SET \(change)'); c.commit()"
      #expect(try ProgramRun.run(["python3", "-c", script], in: world.directory).exitCode == 0)
      #expect(try world.sluice("fsck").exitCode == 1, "\(change)")
      #expect(try world.sluice("fsck", "--repair").exitCode == 0, "\(change)")
      #expect(try world.run().exitCode == 0, "\(change)")
      #expect(try world.sluice("fsck").exitCode == 0, "\(change)")
    }
  }

  private func sql(_ world: World, _ statement: String) throws {
    let script = "import sqlite3, sys; c=sqlite3.connect('artifacts/ledger.sqlite'); c.execute(sys.argv[1]); c.commit()"
    let run = try ProgramRun.run(["python3", "-c", script, statement], in: world.directory)
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  /// An older program published it, or the rows were lost: nothing can be said of the files, so they are made anew.
  @Test func whatTheLedgerDoesNotKnowFileByFileIsPublishedAnew() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}")
    #expect(try world.run().exitCode == 0)
    for statement in ["DELETE FROM exported_files", "UPDATE generation_stages SET export='../objects'"] {
      try sql(world, statement)
      try? overwrite(world, "artifacts/published/p/a/output", "EDITED")
      #expect(try world.sluice("fsck").exitCode == 1, "\(statement)")
      #expect(try world.run().exitCode == 0, "\(statement)")
      #expect(try world.read("artifacts/published/p/a/output") == "one\n", "\(statement)")
      #expect(try world.sluice("fsck").exitCode == 0, "\(statement)")
    }
  }

  @Test func numbersThatCannotBeOfStagesAndRuns() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}\n  b: {run: \"cat {input} > {output}\", needs: a}")
    #expect(try world.run().exitCode == 0)
    for change in [
      "stages SET count=9223372036854775807", "stages SET failed=-3",
      "runs SET id=9223372036854775807 WHERE id=(SELECT max(id) FROM runs)",
    ] {
      try sql(world, "UPDATE \(change)")
      #expect(try world.sluice("fsck").exitCode == 1, "\(change)")
      #expect(try world.sluice("fsck", "--repair").exitCode == 0, "\(change)")
      #expect(try world.run().exitCode == 0, "\(change)")
      #expect(try world.sluice("fsck").exitCode == 0, "\(change)")
    }
  }

  @Test func aPipeInTheWayHoldsUpNobody() throws {
    let world = try world("  a: {run: \"echo one > {output}\"}")
    #expect(try world.run().exitCode == 0)
    let file = world.path("artifacts/published/p/a/output")
    try FileSystem.remove(file)
    #expect(mkfifo(file, 0o644) == 0)
    #expect(try world.sluice("fsck").exitCode == 1)
    #expect(try world.run().exitCode == 0)
    #expect(try world.read("artifacts/published/p/a/output") == "one\n")
    // A link to the same text is no published file.
    try FileSystem.remove(file)
    try world.write("copy", "one\n")
    #expect(symlink(world.path("copy"), world.path("artifacts/published/p/a/output")) == 0)
    #expect(try world.run().exitCode == 0)
    #expect(FileSystem.linkTarget(world.path("artifacts/published/p/a/output")) == nil)
  }
}

extension World {
  /// A run with another parameter in the pipeline file.
  fileprivate func run(v value: String) throws -> WorldRun {
    let text = try read("pipelines/p.yaml")
    try write("pipelines/p.yaml", text.replacing(/v: [a-z]+/, with: "v: \(value)"))
    return try run()
  }
}
