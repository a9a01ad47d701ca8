import Foundations

/// What the ledger knows of a stage's last complete result.
package struct StageRecord: Sendable {
  /// What became of the stage in the last run that was to bring it up to date. All but the first: the result is the
  /// last complete one, and an old one.
  package enum Standing: String, Sendable {
    case complete, failed, blocked, guarded, interrupted
  }

  /// The name in the pipeline.
  package let stage: String
  /// Names the key components (see `StageKeys`) under which it was made.
  package let stageKey: Digest
  /// Names the stored dataset that it made.
  package let dataset: Digest
  /// How many items the dataset has.
  package let count: Int
  /// The type of the items.
  package let type: String
  /// How many items are in quarantine.
  package let failed: Int
  /// The run that made it.
  package let run: Int
  /// Names the parameters of the stage and of all stages above it under which it was made (see `Recipes` of Planning); `nil` in
  /// ledgers that did not know it.
  package let recipe: Digest?
  /// What only this kind of stage has.
  package let result: StageResult
  /// How the stage stands since.
  package let standing: Standing
  /// When it was recorded, by the clock of that run.
  package let recorded: Timestamp

  package init(
    stage: String, stageKey: Digest, dataset: Digest, count: Int, type: String, failed: Int, run: Int, recipe: Digest?,
    result: StageResult, standing: Standing = .complete, recorded: Timestamp = .now
  ) {
    self.stage = stage
    self.stageKey = stageKey
    self.dataset = dataset
    self.count = count
    self.type = type
    self.failed = failed
    self.run = run
    self.recipe = recipe
    self.result = result
    self.standing = standing
    self.recorded = recorded
  }

  /// What it depended on in the stages that it needs, in the order of `needs`; a source depends on none.
  package var inputs: [Digest] {
    switch result {
    case .source: []
    case .items(let result): result.inputs
    case .collection(let result): result.inputs
    }
  }

  /// Files beside the items, by name: only a stage that reads whole datasets leaves some.
  package var files: [String: Digest] {
    if case .collection(let result) = result { result.files } else { [:] }
  }

  /// The outside world as a source saw it; `nil` of other stages, and when it could not be told.
  package var fingerprint: Digest? {
    if case .source(let result) = result { result.fingerprint } else { nil }
  }

  /// Until when it stands, if nothing else changes.
  package var validity: Validity {
    switch result {
    case .source: .forever
    case .items(let result): result.validity
    case .collection(let result): result.isProvisional ? .provisional : .forever
    }
  }

  /// What the stage says of its result in one line; `nil` when it says nothing.
  package var summary: String? {
    if case .collection(let result) = result, !result.summary.isEmpty { result.summary } else { nil }
  }

  /// The digest of the dataset and of the files beside it: what a collection stage that needs this one
  /// depends on.
  package var combinedDigest: Digest { Self.combinedDigest(dataset, files) }

  static func combinedDigest(_ dataset: Digest, _ files: [String: Digest]) -> Digest {
    if files.isEmpty { return dataset }
    var hasher = DigestHasher()
    hasher.update(dataset)
    for (name, digest) in files.sorted(by: { $0.key < $1.key }) {
      hasher.field(name)
      hasher.update(digest)
    }
    return hasher.finalize()
  }

  /// What a stage that reads the whole result depends on: the content, and by which name and type it comes.
  package var inputDigest: Digest {
    var hasher = DigestHasher()
    hasher.field(stage)
    hasher.field(type)
    hasher.update(combinedDigest)
    return hasher.finalize()
  }

  /// Whether times in it can be held against `now`: a result from the future was made by a clock that was ahead, and
  /// what it says of how long things hold is worth nothing.
  package func isTimely(_ now: Timestamp) -> Bool { recorded <= now }

  /// Whether it makes no difference which of the two readers and later stages are given.
  package func isInterchangeable(with other: StageRecord) -> Bool {
    combinedDigest == other.combinedDigest && inputs == other.inputs && type == other.type
  }

  /// Whether it says just what `other` does, whenever and by whichever run.
  package func saysTheSame(as other: StageRecord) -> Bool {
    stageKey == other.stageKey && dataset == other.dataset && failed == other.failed && result == other.result
  }
}
