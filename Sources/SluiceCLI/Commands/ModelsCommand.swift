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

  /// Where one is put.
  private static var folder: String { ModelFiles.folders(project: Path.workingDirectory)[0] }

  private static func list(_ arguments: Arguments) throws -> Int32 {
    var table = TextTable(["name", "what it is", "where"])
    var entries: [JSONValue] = []
    func add(_ name: String, _ what: String, in folder: String?) {
      table.add([name, what, folder ?? ""])
      entries.append([
        "folder": folder.map { .string($0) } ?? .null, "installed": .bool(folder != nil), "name": .string(name),
        "what": .string(what),
      ])
    }
    var names: Set<String> = []
    // The first folder that has a model is the one that is used.
    for folder in ModelFiles.folders(project: Path.workingDirectory) {
      for name in ((try? FileSystem.list(folder)) ?? []).sorted() where !names.contains(name) {
        guard let what = kind(of: name, in: folder) else { continue }
        names.insert(name)
        add(name, what, in: folder)
      }
    }
    for encoding in RanksFile.encodings where !names.contains(encoding.name) {
      add(encoding.name, "tokenizer; not installed: sluice models pull \(encoding.name)", in: nil)
    }
    if arguments.isJSON { Output.json(.array(entries)) } else { Output.line(table.text) }
    return 0
  }

  private static func kind(of name: String, in folder: String) -> String? {
    let path = Path.join(folder, name)
    if ["model.xml", "model.onnx"].contains(where: { FileSystem.exists(Path.join(path, $0)) }) {
      return "embedding model"
    }
    let isTokenizer = ["\(name).\(RanksFile.fileExtension)", Tokenizers.fileName].contains {
      FileSystem.exists(Path.join(path, $0))
    }
    return isTokenizer ? "tokenizer" : nil
  }
}
