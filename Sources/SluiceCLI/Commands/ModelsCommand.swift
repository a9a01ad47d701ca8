import Foundations
import Models
import Tokenization

/// `sluice models`
enum ModelsCommand {
  static let spec = CommandSpec(
    "models", "List the local models and tokenizers, or get a tokenizer.", usage: "[pull NAME…]",
    options: [
      OptionSpec("--from", value: "SOURCE", "A URL or file to take it from; its digest is checked all the same."),
      .json,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = arguments.positional
    guard let verb = words.first, verb != "list" else { return try list(arguments) }
    guard verb == "pull" else {
      throw SluiceError(
        .usage, "there is no `sluice models \(verb)`", advice: "There are: sluice models, sluice models pull NAME.")
    }
    guard words.count > 1 else {
      throw SluiceError(
        .usage, "which one?", advice: "There are: \(RanksFile.encodings.map(\.name).joined(separator: ", ")).")
    }
    guard words.count == 2 || arguments["--from"] == nil else {
      throw SluiceError(.usage, "--from is for one name at a time")
    }
    for name in words.dropFirst() {
      let (path, wasThere) = try RanksInstaller(name).install(into: folder, from: arguments["--from"])
      Output.line(wasThere ? "\(path) is there already" : "\(path)")
    }
    return 0
  }

  private static var folder: String { Environment["SLUICE_MODELS"] ?? "models" }

  private static func list(_ arguments: Arguments) throws -> Int32 {
    var table = TextTable(["name", "what it is"])
    var entries: [JSONValue] = []
    func add(_ name: String, _ what: String, isInstalled: Bool) {
      table.add([name, what])
      entries.append(["installed": .bool(isInstalled), "name": .string(name), "what": .string(what)])
    }
    let names = ((try? FileSystem.list(folder)) ?? []).sorted()
    for name in names {
      let path = Path.join(folder, name)
      if FileSystem.exists(Path.join(path, "model.xml")) || FileSystem.exists(Path.join(path, "model.onnx")) {
        add(name, "embedding model", isInstalled: true)
      } else if FileSystem.exists(Path.join(path, "\(name).\(RanksFile.fileExtension)")) {
        add(name, "tokenizer", isInstalled: true)
      } else if FileSystem.exists(Path.join(path, Tokenizers.fileName)) {
        add(name, "tokenizer", isInstalled: true)
      }
    }
    for encoding in RanksFile.encodings where !names.contains(encoding.name) {
      add(encoding.name, "tokenizer; not installed: sluice models pull \(encoding.name)", isInstalled: false)
    }
    if arguments.isJSON { Output.json(.array(entries)) } else { Output.line(table.text) }
    return 0
  }
}
