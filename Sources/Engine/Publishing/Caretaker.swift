import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Looks after what readers have: its files, its links, and the entrance that leads to it.
struct Caretaker {
  private let session: RunSession
  private let links: GenerationLinks
  private let exports: Exports

  init(_ session: RunSession, _ links: GenerationLinks, _ exports: Exports) {
    self.session = session
    self.links = links
    self.exports = exports
  }

  private var line: String { session.prepared.line.key }

  /// Puts back what somebody edited, emptied or deleted, and turns the entrance that a killed run did not turn.
  /// - Returns: what the generation holds, by stage.
  func lookAfter(_ current: GenerationRecord) throws -> [String: GenerationStage] {
    let stages = try session.reader.stages(ofGeneration: current.number, of: line)
    let known = stages.compactMapValues(\.export)
    let files = try session.reader.exportedFiles(of: Array(Set(known.values)))
    let standing = try links.standing(of: current.number, known)
    var draft = GenerationDraft()
    for (name, stage) in stages {
      try exports.keep(
        stage, session.prepared.graph.id(of: name), files: stage.export.flatMap { files[$0] } ?? [],
        areLinked: standing == .whole, isStrict: false, in: &draft)
    }
    if standing == .whole && draft.moved.isEmpty {
      for entry in draft.entries { try session.recorder.record(entry) }
      return stages
    }
    // After the move of a damaged folder the links are expected to be old.
    if standing == .changed && draft.moved.isEmpty {
      session.observe(
        .log(
          stage: session.prepared.pipeline.name, level: .warning,
          message: "links of \(session.prepared.layout.published(line)) were changed: put back"))
    }
    let written = try exports.write(draft)
    for entry in written + draft.placements(of: line) + draft.entries { try session.recorder.record(entry) }
    try session.recorder.flush()
    try links.make(current.number, draft.exports)
    try links.turn(to: current.number)
    try links.relead(draft)
    return draft.stages
  }
}
