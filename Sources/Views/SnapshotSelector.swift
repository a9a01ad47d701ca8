import Foundations
import Store

/// One side of a comparison by the words of a person: a generation, `run:12`, `newest`, a variant (`handbook@try`), or
/// the folder of other artifacts.
package struct SnapshotSelector {
  package static let forms =
    "\(GenerationSelector.forms), run:12, newest, a variant (handbook@try), or an artifacts folder"

  private let line: PipelineLine
  private let layout: ArtifactLayout

  /// - Parameter line: whose generations are meant where none is named.
  package init(line: PipelineLine, layout: ArtifactLayout) {
    self.line = line
    self.layout = layout
  }

  /// The two sides, in the order of time: without words the generation before the current one and the current one; with
  /// one word that and the current one of production, the older first.
  package func sides(_ words: [String]) throws -> (Snapshot, Snapshot) {
    switch words.count {
    case 0:
      let generations = try LedgerReader(layout).generations(of: line.key)
      if generations.count == 1, let only = generations.first {
        throw SluiceError(
          .usage, "\(line.key) has one generation only, \(only.number): there is nothing before it",
          advice: "After the next run that changes something `sluice diff` compares the two.")
      }
      return (try snapshot("@-1"), try snapshot("@current"))
    case 1:
      let one = try snapshot(words[0])
      let current = try snapshot("@current")
      // What was tried, and what is not published yet, is newer than what is.
      let isNewer =
        one.line.variant != nil && one.layout.root == layout.root || words[0] == "newest"
        || one.line == line && one.layout.root == layout.root
          && (one.generation?.number ?? 0) > (current.generation?.number ?? 0)
      return isNewer ? (current, one) : (one, current)
    case 2: return (try snapshot(words[0]), try snapshot(words[1]))
    default: throw SluiceError(.usage, "two sides can be compared, these are \(words.count)")
    }
  }

  /// - Throws: `.usage` or `.missing` for what there is not.
  package func snapshot(_ word: String) throws -> Snapshot {
    if word == "newest" { return try Snapshot(newestOf: line, layout: layout) }
    if word.hasPrefix("run:") { return try ofRun(word) }
    let selector = GenerationSelector(word)
    if selector.isOne { return try Snapshot(selector, of: line, layout: layout) }
    if let folder = artifacts(word) {
      return try Self.current(of: line, in: ArtifactLayout(root: folder)).named(in: folder)
    }
    let named = PipelineLine(key: word)
    if word == line.key { return try Self.current(of: line, in: layout) }
    guard named.pipeline == line.pipeline, let variant = named.variant else {
      throw SluiceError(.usage, "'\(word)' is nothing that can be compared", advice: "It may be \(Self.forms).")
    }
    try Variants.checkExists(variant, of: named.pipeline, layout: layout)
    return try Self.current(of: named, in: layout)
  }

  /// The folder with a ledger that a word names: an artifacts folder, or a project that has one.
  private func artifacts(_ word: String) -> String? {
    [word, Path.join(word, "artifacts")].first { FileSystem.exists(ArtifactLayout(root: $0).ledger) }.map(Path.absolute)
  }

  /// What is published; before the first publication the newest results.
  private static func current(of line: PipelineLine, in layout: ArtifactLayout) throws -> Snapshot {
    guard try LedgerReader(layout).currentGeneration(of: line.key) != nil else {
      return try Snapshot(newestOf: line, layout: layout)
    }
    return try Snapshot(GenerationSelector("@current"), of: line, layout: layout)
  }

  /// What readers saw after a run: the newest generation that it or one before it made.
  private func ofRun(_ word: String) throws -> Snapshot {
    guard let run = Int(word.dropFirst(4)) else {
      throw SluiceError(.usage, "'\(word)' names no run", advice: "For example: run:12. `sluice runs` lists them.")
    }
    let reader = try LedgerReader(layout)
    let owner = try reader.runs(of: nil, limit: .max).first { $0.id == run }?.pipeline
    guard owner == line.key else {
      throw SluiceError(
        .usage, owner.map { "run \(run) is one of \($0), not of \(line.key)" } ?? "there is no run \(run)",
        advice: "`sluice runs` lists them.")
    }
    let found = try reader.generations(of: line.key).first {
      $0.run <= run && ($0.state == .current || $0.state == .superseded)
    }
    guard let found else {
      throw SluiceError(
        .missing, "of run \(run) of \(line.key) no generation is kept", advice: "`sluice history` lists them.")
    }
    return try Snapshot(GenerationSelector("\(found.number)"), of: line, layout: layout)
  }
}
