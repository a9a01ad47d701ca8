import Foundations
import Models
import Tokenization

/// `sluice tokens`
enum TokensCommand {
  static let spec = CommandSpec(
    "tokens", "Count the tokens of files as a model's tokenizer does.", usage: "FILE…",
    options: [
      OptionSpec(
        "--tokenizer", short: "-t", value: "NAME",
        "A model in models/, a tiktoken encoding, or a path; all-MiniLM-L6-v2."),
      OptionSpec("--ids", "Print the tokens' numbers, a line of them for each line of the file."), .json,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard !arguments.positional.isEmpty else {
      throw SluiceError(.usage, "which file?", advice: "For example: sluice tokens notes.md --tokenizer cl100k_base")
    }
    let name = arguments["--tokenizer"] ?? "all-MiniLM-L6-v2"
    let tokenizer = try Tokenizers.load(directory: ModelFiles.locate(name, project: "."))
    var counts: [(String, Int)] = []
    for path in arguments.positional {
      let text = String(decoding: try FileSystem.read(path, limit: 1 << 30), as: UTF8.self)
      if arguments.has("--ids") {
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
          Output.line(tokenizer.encode(String(Substring(line))).map(String.init).joined(separator: " "))
        }
      } else {
        counts.append((path, tokenizer.count(text)))
      }
    }
    if arguments.has("--ids") { return 0 }
    if arguments.isJSON {
      Output.json(
        .object([
          "files": .array(counts.map { ["path": .string($0.0), "tokens": JSONValue($0.1)] }),
          "tokenizer": .string(name),
          "tokens": JSONValue(counts.reduce(0) { $0 + $1.1 }),
        ]))
    } else {
      for (path, count) in counts { Output.line("\(Units.show(count))  \(path)") }
    }
    return 0
  }
}
