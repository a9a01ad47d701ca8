import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Brings what lies outside to the generation that readers see. What could not be reached is caught up in the next run.
struct Followers {
  private let session: RunSession

  init(_ session: RunSession) { self.session = session }

  private var line: PipelineLine { session.prepared.line }
  private var graph: StageGraph { session.prepared.graph }

  /// What does not follow, and why; empty when all do.
  /// - Parameter stages: what the current generation holds.
  func follow(_ stages: [String: GenerationStage]) throws -> [StageLag] {
    // A variant must not touch what production's readers ask.
    guard line.variant == nil else { return [] }
    var lagging: [StageLag] = []
    for id in graph.stages.indices {
      guard case .success(.collection(let stage)) = session.prepared.stages[id].stage, let follower = stage.follower,
        let held = stages[graph.stages[id].name]
      else { continue }
      let known = try session.reader.followed(held.record.stage, of: line.key)
      guard known?.identity != held.identity else { continue }
      do {
        let state = try follow(held.record, id, follower, among: stages, former: known?.state)
        try session.recorder.record(
          LedgerEntries.followed(held.record.stage, of: line.key, identity: held.identity, state: state))
      } catch {
        let failure = SluiceError(wrapping: error)
        lagging.append(StageLag(stage: held.record.stage, message: failure.description))
        session.observe(.log(stage: held.record.stage, level: .error, message: failure.description))
      }
    }
    if !lagging.isEmpty { try session.recorder.flush() }
    return lagging
  }

  private func follow(
    _ record: StageRecord, _ id: StageID, _ follower: any PublicationFollower, among stages: [String: GenerationStage],
    former: JSONValue?
  ) throws -> JSONValue {
    if session.options.isFrozen {
      throw SluiceError(.frozen, "what is kept outside does not follow: --frozen forbids the network")
    }
    guard case .collection(let result) = record.result,
      let digests = try session.store.get(result.datasets).withUnsafeBytes({ Digest.list($0) })
    else {
      throw SluiceError(
        .corrupt, "what '\(record.stage)' was made of is damaged",
        advice: "Run `sluice fsck --repair`, then `sluice run`.")
    }
    // By the generation and not by the pipeline file, which may say something else by now.
    let datasets = try digests.map { digest in
      guard let need = stages.values.first(where: { $0.record.dataset == digest })?.record else {
        throw SluiceError(
          .corrupt, "the generation lacks what '\(record.stage)' was made of", advice: "Run the pipeline: sluice run")
      }
      return StoredDataset(
        stage: need.stage, type: need.type, dataset: try session.dataset(digest), files: [:], store: session.store)
    }
    let scratch = try session.scratch.make()
    defer { session.scratch.release(scratch) }
    return try follower.follow(
      CollectionInputs(datasets: datasets), former: former, session.context(id, scratch: scratch))
  }
}

/// Something outside that is not what is published.
package struct StageLag: Sendable, Equatable {
  package let stage: String
  /// Why, and what to do.
  package let message: String
}
