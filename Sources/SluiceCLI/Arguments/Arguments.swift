import Foundations

/// The arguments of a command, checked against its options.
struct Arguments: Sendable {
  private(set) var values: [String: [String]] = [:]
  private(set) var positional: [String] = []

  /// - Throws: `SluiceError.usage` with "did you mean".
  init(_ raw: [String], for command: CommandSpec) throws(SluiceError) {
    var index = 0
    var onlyPositional = false
    let options = command.options + [.help]
    while index < raw.count {
      let argument = raw[index]
      index += 1
      if onlyPositional || !argument.hasPrefix("-") || argument == "-" {
        positional.append(argument)
        continue
      }
      if argument == "--" {
        onlyPositional = true
        continue
      }
      var parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      // `-j4` is `-j 4`.
      if !argument.hasPrefix("--"), argument.count > 2,
        options.contains(where: { $0.short == String(argument.prefix(2)) && $0.value != nil })
      {
        parts = [String(argument.prefix(2)), String(argument.dropFirst(2))]
      }
      guard let option = options.first(where: { $0.name == parts[0] || $0.short == parts[0] }) else {
        let guess = Suggestion.nearest(to: parts[0], among: options.map(\.name))
        throw SluiceError(
          .usage, "sluice \(command.name) has no option \(parts[0])",
          advice: guess.map { "Did you mean \($0)?" } ?? "`sluice \(command.name) --help` lists the options.")
      }
      if option.value == nil {
        guard parts.count == 1 else { throw SluiceError(.usage, "\(option.name) takes no value") }
        values[option.name] = ["true"]
        continue
      }
      var value: String
      if parts.count == 2 {
        value = parts[1]
      } else if index < raw.count {
        value = raw[index]
        index += 1
      } else {
        throw SluiceError(.usage, "\(option.name) needs a value: \(option.name) \(option.value ?? "VALUE")")
      }
      if option.isRepeatable { values[option.name, default: []].append(value) } else { values[option.name] = [value] }
      value = ""
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }
  func all(_ name: String) -> [String] { values[name] ?? [] }
  subscript(name: String) -> String? { values[name]?.last }

  /// How many things may run at once: more than this are a slip of the finger, and threads that cannot be had.
  private static let maxJobs = 4096

  /// `--jobs`, or one for each processor.
  func jobs() throws(SluiceError) -> Int { try int("--jobs", maximum: Self.maxJobs) ?? Parallel.processors }

  /// A whole number from `minimum` to `maximum`: what is done with it must not overflow.
  func int(_ name: String, minimum: Int = 1, maximum: Int = 1_000_000_000) throws(SluiceError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), number >= minimum else {
      guard text.utf8.count > 18, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
        throw SluiceError(.usage, "\(name) must be a whole number of at least \(minimum), this is '\(text)'")
      }
      throw SluiceError(.usage, "\(name) is at most \(Units.show(maximum)), this is '\(text)'")
    }
    guard number <= maximum else {
      throw SluiceError(.usage, "\(name) is at most \(Units.show(maximum)), this is '\(text)'")
    }
    return number
  }

  var isJSON: Bool { has("--json") }
}
