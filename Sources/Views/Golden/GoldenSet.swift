import Foundations
import Manifest
import Store

/// A pipeline's golden files and the `golden.yaml` beside them: `golden/`, or `golden/<pipeline>/` where a project has
/// several pipelines.
package struct GoldenSet {
  package let folder: String
  package let manifest: GoldenManifest

  /// Where the set of a pipeline lies, or would.
  package static func folder(of pipeline: String, in project: String) -> String {
    let shared = Path.join(project, "golden")
    let own = "\(shared)/\(pipeline)"
    if FileSystem.exists("\(own)/\(GoldenManifest.fileName)") { return own }
    let other = GoldenManifest.pipeline(ofFile: "\(shared)/\(GoldenManifest.fileName)")
    return other == nil || other == pipeline ? shared : own
  }

  /// - Parameter types: what the pipeline's stages make, by name.
  /// - Throws: `Diagnostics` for mistakes in `golden.yaml`; `.usage` when there is none.
  package init(of pipeline: String, in project: String, types: [String: String]) throws {
    folder = Self.folder(of: pipeline, in: project)
    let path = "\(folder)/\(GoldenManifest.fileName)"
    guard FileSystem.exists(path) else {
      throw SluiceError(
        .usage, "there is no golden set: \(ShownPath.text(path)) is missing",
        advice: "`sluice golden accept` writes one from the last results of the pipeline.")
    }
    manifest = try GoldenManifest(path: ShownPath.text(path), of: pipeline, types: types)
  }

  /// The stages of the set that were named; all when none was.
  /// - Throws: `.usage` for one that is not held.
  package func stages(_ named: [String]) throws(SluiceError) -> [GoldenManifest.Stage] {
    if named.isEmpty { return manifest.stages }
    var stages: [GoldenManifest.Stage] = []
    for name in named {
      let found = manifest.stages.filter { $0.name == name || $0.name.hasPrefix(name + "@") }
      if found.isEmpty {
        let names = manifest.stages.map(\.name)
        throw SluiceError(
          .usage, "\(manifest.path) does not name the stage '\(name)'",
          advice: Suggestion.hint(
            name, among: names, otherwise: "It names: \(names.joined(separator: ", ")). Add a line for it."))
      }
      stages += found
    }
    return stages
  }

  /// The golden file of a stage.
  package func file(of stage: String) -> String {
    "\(folder)/\(ArtifactLayout.fileName(ofStage: stage)).jsonl"
  }

  private func read(_ stage: String) throws -> GoldenRecording? {
    let path = file(of: stage)
    guard FileSystem.exists(path) else { return nil }
    return try GoldenRecording(
      SourceText(name: ShownPath.text(path), bytes: try FileSystem.read(path, limit: 1 << 32)))
  }

  /// Holds results against golden files. Writes nothing.
  package func verify(_ stages: [GoldenManifest.Stage], _ results: GoldenResults) throws -> [GoldenVerdict] {
    try stages.map { stage in
      let start = MonotonicClock.now
      return GoldenVerdict(
        stage: stage.name, comparator: stage.rule.comparator, file: file(of: stage.name),
        outcome: try outcome(stage, results), seconds: MonotonicClock.seconds(since: start))
    }
  }

  private func outcome(_ stage: GoldenManifest.Stage, _ results: GoldenResults) throws -> GoldenVerdict.Outcome {
    guard let golden = try read(stage.name) else {
      return .impossible(
        "nothing was accepted yet", advice: "Look at what it made, then: sluice golden accept \(stage.name)")
    }
    if let reason = results.shortcoming(of: stage.name) {
      return .impossible(reason, advice: "`sluice status` says why; `sluice run` makes it.")
    }
    guard let made = try results.stage(stage.name) else { preconditionFailure("a result without a shortcoming") }
    let comparison = stage.rule.comparing
    let now = try comparison.record(made, comparison.holding(like: golden))
    if let reason = comparison.mismatch(golden, now) {
      return .impossible(reason, advice: "Accept it again: sluice golden accept \(stage.name)")
    }
    return .compared(try comparison.difference(golden, now))
  }

  /// Writes golden files from results: all of them, or none when one cannot be made.
  package func accept(_ stages: [GoldenManifest.Stage], _ results: GoldenResults) throws -> [GoldenAcceptance] {
    var accepted: [GoldenAcceptance] = []
    var files: [(path: String, bytes: [UInt8])] = []
    for stage in stages {
      if let reason = results.shortcoming(of: stage.name) {
        throw SluiceError(
          .missing, "the stage '\(stage.name)' has nothing to accept: \(reason)",
          advice: "`sluice status` says why; `sluice run` makes it.")
      }
      guard let made = try results.stage(stage.name) else { preconditionFailure("a result without a shortcoming") }
      // What is not a golden file is not written over.
      let former = try read(stage.name)
      let comparison = stage.rule.comparing.strict
      let recording = try comparison.record(made, .some(stage.rule.held))
      var difference: GoldenDifference?
      if let former, comparison.mismatch(former, recording) == nil {
        let now = try comparison.record(made, comparison.holding(like: former))
        difference = try comparison.difference(former, now)
      }
      let bytes = recording.bytes
      let path = file(of: stage.name)
      let isWritten = try !FileSystem.exists(path) || FileSystem.read(path) != bytes
      if isWritten { files.append((path, bytes)) }
      accepted.append(
        GoldenAcceptance(
          stage: stage.name, comparator: stage.rule.comparator, file: path, entries: recording.entries.count,
          bytes: bytes.count, difference: difference, isWritten: isWritten))
    }
    for file in files { try FileSystem.writeAtomically(file.bytes, to: file.path) }
    return accepted
  }
}
