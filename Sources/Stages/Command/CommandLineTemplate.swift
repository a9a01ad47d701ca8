import Foundations
import Synchronization

/// The command line of a `command` stage, with `{input}`, `{output}`, `{inputs}` and `{id}`.
///
/// Values never become part of the text that sh reads: a placeholder turns into a variable, quoted as the place where it
/// stands needs it. So an id may hold quotes, `$(…)` and semicolons.
struct CommandLineTemplate: Sendable {
  let text: String
  let reading: ShellReading

  private static let known = Mutex<[String: CommandLineTemplate]>([:])

  private init(parsing text: String) {
    self.text = text
    reading = ShellReader.read(text)
  }

  /// The template of a text; the ten thousand stages of a `foreach` share one.
  static func of(_ text: String) -> CommandLineTemplate {
    if let known = known.withLock({ $0[text] }) { return known }
    let template = CommandLineTemplate(parsing: text)
    known.withLock { $0[text] = template }
    return template
  }

  /// Words in braces that are nearly a placeholder.
  var misspelt: [(written: String, meant: String)] {
    text.split(separator: "{").dropFirst().compactMap { part in
      guard let end = part.firstIndex(of: "}") else { return nil }
      let word = String(part[..<end])
      guard !word.isEmpty, word.utf8.allSatisfy({ $0 | 0x20 >= 97 && $0 | 0x20 <= 122 || $0 == 95 }),
        !ShellPlaceholder.names.contains(word),
        let near = Suggestion.nearest(to: word, among: ShellPlaceholder.names)
      else { return nil }
      return (word, near)
    }
  }

  func uses(_ name: String) -> Bool { reading.placeholders.contains { $0.name == name } }

  /// The variable in which a value reaches the program.
  static func variable(_ name: String) -> String { "SLUICE_" + name.uppercased() }

  /// The variable of one of the files of `inputs`.
  static func variable(ofInput index: Int) -> String { "SLUICE_INPUT_\(index + 1)" }

  /// The line for sh.
  /// - Parameters:
  ///   - names: the placeholders that have a value; others are left as they are written (`jq '{id}'`).
  ///   - inputs: how many files `{inputs}` stands for.
  /// - Throws: `SluiceError.usage` for a placeholder where no value can be put in.
  func script(_ names: Set<String>, inputs: Int) throws(SluiceError) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    for placeholder in reading.placeholders where names.contains(placeholder.name) {
      result.append(contentsOf: bytes[index..<placeholder.range.lowerBound])
      result.append(contentsOf: try reference(to: placeholder, inputs: inputs).utf8)
      index = placeholder.range.upperBound
    }
    result.append(contentsOf: bytes[index...])
    return String(decoding: result, as: UTF8.self)
  }

  /// The words of a line that needs no sh, with the values in them; `nil` when it does need one.
  /// - Parameters:
  ///   - values: by the names of their variables.
  ///   - inputs: what `{inputs}` stands for.
  func words(_ values: [String: String], inputs: [String]) -> [String]? {
    reading.plainWords.flatMap { words in
      var result: [String] = []
      for word in words {
        if word.isJust("inputs") {
          result += inputs
          continue
        }
        if word.has("inputs"), inputs.count != 1 { return nil }
        result.append(
          word.parts.map { part in
            switch part {
            case .text(let text, _): text
            case .placeholder("inputs"): inputs[0]
            case .placeholder(let name): values[Self.variable(name)] ?? "{\(name)}"
            case .variable, .computed: preconditionFailure("a plain word has neither")
            }
          }.joined())
      }
      return result
    }
  }

  private func reference(to placeholder: ShellPlaceholder, inputs: Int) throws(SluiceError) -> String {
    let name = placeholder.name
    let isList = name == "inputs" && inputs != 1
    let variable = name == "inputs" ? Self.variable(ofInput: 0) : Self.variable(name)
    switch placeholder.context {
    case .plain:
      guard name == "inputs" else { return "\"$\(variable)\"" }
      return (0..<inputs).map { "\"$\(Self.variable(ofInput: $0))\"" }.joined(separator: " ")
    // The outer sh takes the backslashes off, the inner one puts the value in.
    case .plainCode:
      guard name == "inputs" else { return "\\\"\\$\(variable)\\\"" }
      return (0..<inputs).map { "\\\"\\$\(Self.variable(ofInput: $0))\\\"" }.joined(separator: " ")
    case .doubleQuotedCode where !isList: return "\\${\(variable)}"
    case .singleQuotedCode where !isList: return "'\\\"\\$\(variable)\\\"'"
    case .doubleQuoted where !isList, .document where !isList: return "${\(variable)}"
    case .singleQuoted where !isList: return "'\"$\(variable)\"'"
    case .doubleQuoted, .document, .singleQuoted, .doubleQuotedCode, .singleQuotedCode:
      throw SluiceError(
        .usage, "{inputs} stands between quotes, where \(inputs) files cannot be told apart",
        advice: "Write it without quotes: each file becomes a word of its own.")
    case .arithmetic:
      throw SluiceError(
        .usage, "{\(name)} stands in $((…)), where sh would take it for code",
        advice: "Put it into a variable first and check that it is a number.")
    case .quotedDocument:
      throw SluiceError(
        .usage, "{\(name)} stands in a here-document whose delimiter is quoted: sh puts nothing in there",
        advice: "Write the delimiter without quotes.")
    }
  }
}
