/// An option of a command: for parsing, help and completions.
struct OptionSpec: Sendable {
  /// `--jobs`
  let name: String
  /// `-j`
  let short: String?
  /// What the value is called in help; `nil` for a flag.
  let value: String?
  let help: String
  let isRepeatable: Bool

  init(_ name: String, short: String? = nil, value: String? = nil, isRepeatable: Bool = false, _ help: String) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
    self.isRepeatable = isRepeatable
  }

  static let help = OptionSpec("--help", short: "-h", "Show this help.")
  static let json = OptionSpec("--json", "Print JSON instead of text.")
  static let pipeline = OptionSpec(
    "--pipeline", short: "-p", value: "FILE",
    "The pipeline: a file, or a name in pipelines/. Needed only where there are several.")
  static let artifacts = OptionSpec(
    "--artifacts", value: "DIR", "Where results lie, instead of artifacts/ or what SLUICE_ARTIFACTS names.")
  static let set = OptionSpec(
    "--set", value: "STAGE.PARAM=VALUE", isRepeatable: true,
    "Change a parameter for this call (params.NAME=VALUE for one of the pipeline's).")
  static let jobs = OptionSpec("--jobs", short: "-j", value: "N", "How many things may keep a processor busy at once.")
}
