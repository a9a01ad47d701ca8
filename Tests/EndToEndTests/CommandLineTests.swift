import Foundations
import Glibc
import TestSupport
import Testing

/// The command line as people and scripts meet it.
@Suite struct CommandLineTests {
  private static let commands = [
    "run", "plan", "status", "why", "graph", "show", "search", "runs", "log", "parse", "stages", "gc", "fsck", "doctor",
    "init", "completions",
  ]

  private func world() throws -> World {
    try World(
      stages: """
        src: {uses: import, with: {path: "in/*.txt"}}
        up:  {run: "tr a-z A-Z", needs: src, with: {mode: item}}
        all: {run: "cat {input}/* > {output}", needs: up}
        """, ["in/a.txt": "text of a\n", "in/b.txt": "text of b\n"])
  }

  @Test func helpOfEveryCommand() throws {
    let world = try World()
    let overview = try world.sluice("--help")
    #expect(overview.exitCode == 0)
    for command in Self.commands {
      #expect(overview.output.contains("\n  \(command) "), "\(command)")
      let help = try world.sluice(command, "--help")
      #expect(help.exitCode == 0 && help.errors.isEmpty, "\(command)")
      #expect(help.output.contains("Usage: sluice \(command)") && help.output.contains("--help"), "\(command)")
      #expect(try world.sluice("help", command).output == help.output, "\(command)")
    }
    #expect(try FileSystem.list(world.directory).isEmpty)
  }

  @Test func whatIsNotACommand() throws {
    let world = try world()
    let none = try world.sluice()
    #expect(none.exitCode == 2 && none.output.isEmpty && none.errors.contains("Commands:"))
    let version = try world.sluice("--version")
    #expect(version.exitCode == 0 && version.output.hasPrefix("sluice ") && version.output.contains("."))
    let command = try world.sluice("rnu")
    #expect(command.exitCode == 2 && command.errors == "sluice: there is no command 'rnu'\n  Did you mean 'run'?\n")
    let option = try world.sluice("run", "--jbos", "2")
    #expect(
      option.exitCode == 2 && option.errors == "sluice: sluice run has no option --jbos\n  Did you mean --jobs?\n")
    for wrong in [
      ["run", "--jobs"], ["run", "--jobs", "0"], ["run", "--jobs=x"], ["run", "--quiet=1"], ["run", "--set", "x"],
      ["plan", "nothing"], ["show", "nothing"],
    ] {
      let run = try ProgramRun.run([BuiltProgram.path] + wrong, in: world.directory)
      #expect(run.exitCode == 2 && run.output.isEmpty && run.errors.hasPrefix("sluice: "), "\(wrong)")
    }
    let mistake = try world.sluice("plan", "--set", "up.mode=itme")
    #expect(
      mistake.exitCode == 2 && mistake.errors.contains("Did you mean 'item'?")
        && mistake.errors.hasSuffix("1 mistake; nothing was run\n"))
    #expect(!world.exists("artifacts"))
  }

  @Test func everyAnswerAsJSON() throws {
    let world = try world()
    let before = [
      ["plan"], ["status"], ["graph"], ["stages"], ["stages", "show", "chunk"], ["doctor"], ["runs"], ["why", "up"],
    ]
    for arguments in before {
      let run = try ProgramRun.run([BuiltProgram.path] + arguments + ["--json"], in: world.directory)
      #expect(run.json != nil, "\(arguments): \(run.output) \(run.errors)")
    }
    #expect(try world.run().exitCode == 0)
    let after = [
      ["show", "up"], ["show", "all"], ["log"], ["why", "up", "in/a.txt"], ["gc", "--dry-run"], ["gc"], ["fsck"],
      ["run"], ["run", "--dry-run"],
    ]
    for arguments in before + after {
      let run = try ProgramRun.run([BuiltProgram.path] + arguments + ["--json"], in: world.directory)
      #expect(run.exitCode == 0 || arguments == ["doctor"], "\(arguments): \(run.errors)")
      #expect(run.json != nil, "\(arguments): \(run.output.prefix(300))")
    }
    // Errors too.
    for arguments in [["plan", "--set", "up.mode=x"], ["why", "nothing"]] {
      let run = try ProgramRun.run([BuiltProgram.path] + arguments + ["--json"], in: world.directory)
      #expect(run.exitCode == 2 && run.json != nil, "\(arguments): \(run.output)")
    }
  }

  @Test func noEscapesOffATerminal() throws {
    let world = try world()
    for arguments in [
      ["run"], ["run", "--verbose"], ["plan"], ["status"], ["runs"], ["log"], ["graph"], ["stages"], ["doctor"],
      ["why", "up"], ["show", "up"], ["gc"], ["fsck"],
    ] {
      let run = try ProgramRun.run([BuiltProgram.path] + arguments, in: world.directory)
      #expect(!run.output.utf8.contains(0x1B) && !run.errors.utf8.contains(0x1B), "\(arguments)")
      #expect(!(run.output + run.errors).isEmpty, "\(arguments)")
    }
    let quiet = try world.sluice("run", "--quiet")
    #expect(quiet.exitCode == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
  }

  @Test func aBrokenPipeIsSilent() throws {
    let world = try world()
    let run = try ProgramRun.run(
      [
        "/bin/bash", "-c",
        "set -o pipefail; '\(BuiltProgram.path)' stages show fetch | head -1; '\(BuiltProgram.path)' --help | true",
      ], in: world.directory)
    #expect(run.exitCode == 0 && run.errors.isEmpty)
    #expect(ByteSearch.lines(Array(run.output.utf8)).count == 1)
  }

  @Test func completions() throws {
    let world = try world()
    for shell in ["bash", "zsh", "fish"] {
      let script = try world.sluice("completions", shell)
      #expect(script.exitCode == 0)
      for command in Self.commands { #expect(script.output.contains(command), "\(shell) \(command)") }
      try world.write("script", script.output)
      if shell != "fish" {
        #expect(try ProgramRun.run(["/bin/bash", "-n", "script"], in: world.directory).exitCode == 0)
      }
    }
    #expect(try world.sluice("completions", "tcsh").exitCode == 2)
    #expect(try world.sluice("completions", "--stages").output == "pipelines/w.yaml\nsrc\nup\nall\n")
    let completed = try ProgramRun.run(
      [
        "/bin/bash", "-c",
        "source <('\(BuiltProgram.path)' completions bash); COMP_WORDS=(sluice ru); COMP_CWORD=1; _sluice; echo ${COMPREPLY[@]}",
      ],
      in: world.directory)
    #expect(completed.output == "run runs\n")
  }

  @Test func graphs() throws {
    let world = try world()
    let starts = ["text": "w", "mermaid": "flowchart", "dot": "digraph", "svg": "<svg", "json": "{"]
    for (format, start) in starts {
      let run = try world.sluice("graph", "--format", format)
      #expect(run.exitCode == 0 && run.output.hasPrefix(start), "\(format): \(run.output) \(run.errors)")
    }
    let wrong = try world.sluice("graph", "--format", "pgn")
    #expect(wrong.exitCode == 2)
  }

  @Test func whyShowLogRuns() throws {
    let world = try world()
    _ = try world.run()
    #expect(try world.sluice("why", "up").output.contains("up to date"))
    try world.write("in/a.txt", "other\n")
    world.settle()
    #expect(try world.sluice("why", "src").output.contains("the sources changed"))
    #expect(try world.sluice("plan").exitCode == 0)
    _ = try world.run()
    let hit = try world.sluice("why", "up", "in/b.txt").output
    #expect(hit.contains("became 1 item") && hit.contains("it was new"))
    let again = try world.sluice("why", "up", "in/a.txt").output
    #expect(again.contains("what the stage reads of it changed"))
    let unknown = try world.sluice("why", "up", "in/c.txt")
    #expect(unknown.exitCode == 2 && unknown.errors.contains("Did you mean 'in/a.txt'?"))
    #expect(try world.sluice("show", "up").output.contains("in/a.txt"))
    #expect(try world.sluice("runs").output.contains("2"))
    #expect(try world.sluice("log").output.contains("up"))
    #expect(try world.sluice("stages", "show", "chunk").output.contains("max_tokens: int = 1000 (tokens)"))
  }

  @Test func initPlanRun() throws {
    let world = try World(["documents/a.md": "# Tides\n\nThe moon pulls at the sea, twice a day.\n"])
    #expect(symlink("\(ProjectFiles.root)/models", world.path("models")) == 0)
    #expect(try world.sluice("init").exitCode == 0)
    #expect(try world.sluice("init").exitCode == 2, "what is there is not touched")
    #expect(try world.sluice("init", "no/name").exitCode == 2)
    let plan = try world.sluice("plan", "--json")
    #expect(plan.exitCode == 0 && plan.json?["stages"]?.array?.count == 8, "\(plan.errors)")
    #expect(!world.exists("artifacts"))
    let run = try world.run("+index")
    #expect(run.exitCode == 0, "\(run.errors)")
    let found = try world.sluice("search", "What pulls at the sea?")
    #expect(found.exitCode == 0 && found.output.contains("moon"), "\(found.errors)")
  }
}
