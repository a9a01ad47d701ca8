import Foundations
import Store

/// `sluice backup`
enum BackupCommand {
  static let spec = CommandSpec(
    "backup", "Write all that is stored into one archive, while runs go on.", usage: "FILE",
    discussion: """
      FILE is a tar archive (compressed with zstd when its name ends in .zst) of the ledger as it is at this moment and of all
      that it names: objects, published files of all generations, the audit log, what is known of hosts, logs. Each
      file is checked on its way; what is damaged is not backed up but told. `sluice restore` puts it back.
      """,
    options: [.artifacts, .json]
  ) { arguments in
    guard arguments.positional.count == 1, let file = arguments.positional.first else {
      throw SluiceError(.usage, "name one file", advice: "For example: sluice backup handbook.tar.zst")
    }
    let parent = Path.parent(file)
    guard parent.isEmpty || FileSystem.exists(parent) else {
      throw SluiceError(.usage, "there is no folder \(parent) for \(file)", advice: "Make it first: mkdir -p \(parent)")
    }
    let report = try Backup(ArtifactLayout(project: Path.workingDirectory)).write(to: file)
    if arguments.isJSON {
      Output.json([
        "bytes": JSONValue(report.bytes), "file": .string(file), "files": JSONValue(report.files),
        "objects": JSONValue(report.objects),
      ])
    } else {
      Output.line(
        "Backed up \(Units.counted(report.objects, "object")) and \(Units.counted(report.files, "file")): \(Units.show(bytes: report.bytes)) in \(file)."
      )
    }
    return 0
  }
}

/// `sluice restore`
enum RestoreCommand {
  static let spec = CommandSpec(
    "restore", "Put a backup back.", usage: "FILE",
    discussion: """
      Everything is checked against the digests in the archive before anything gets its place. Nothing is written over:
      the folder must be empty or not be there.
      """,
    options: [
      OptionSpec("--into", value: "DIR", "The folder; artifacts/ of this project if none is named."), .artifacts, .json,
    ]
  ) { arguments in
    guard arguments.positional.count == 1, let file = arguments.positional.first else {
      throw SluiceError(.usage, "name one file", advice: "For example: sluice restore handbook.tar.zst")
    }
    _ = try InputFile.checked(file)
    let folder = arguments["--into"] ?? ArtifactLayout(project: Path.workingDirectory).root
    let count = try Restore(file).restore(into: folder)
    if arguments.isJSON {
      Output.json(["files": JSONValue(count), "folder": .string(folder)])
    } else {
      Output.line("Restored \(Units.counted(count, "file")) into \(folder); every one of them is as it was backed up.")
    }
    return 0
  }
}
