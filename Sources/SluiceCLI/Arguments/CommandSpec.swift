/// A command: its name, its help, and what it does.
struct CommandSpec: Sendable {
  let name: String
  let summary: String
  /// `[PIPELINE] [STAGE…]`
  let usage: String
  /// Paragraphs under the summary.
  let discussion: String
  let options: [OptionSpec]
  let isHidden: Bool
  let run: @Sendable (Arguments) throws -> Int32

  init(
    _ name: String, _ summary: String, usage: String = "", discussion: String = "", options: [OptionSpec] = [],
    isHidden: Bool = false, run: @escaping @Sendable (Arguments) throws -> Int32
  ) {
    self.name = name
    self.summary = summary
    self.usage = usage
    self.discussion = discussion
    // What takes a pipeline looks at what it has made.
    let opensArtifacts = options.contains { $0.name == OptionSpec.pipeline.name }
    let isNamed = options.contains { $0.name == OptionSpec.artifacts.name }
    self.options = options + (opensArtifacts && !isNamed ? [.artifacts] : [])
    self.isHidden = isHidden
    self.run = run
  }
}
