import Foundations
import SQLite

/// What the ledger knows of a stage's last complete result.
package struct StageRecord: Sendable {
  /// What became of the stage in the last run that was to bring it up to date. All but the first: the result is the
  /// last complete one, and an old one.
  package enum Standing: String, Sendable {
    case complete, failed, blocked, guarded, interrupted
  }

  package var stage: String
  /// Names the key components (see `StageKeys`) under which it was made.
  package var stageKey: Digest
  /// The datasets of the stages it needs, in the order of `needs`.
  package var inputs: [Digest]
  /// The dataset that it worked on (their union, or a source's listing); `nil` for collection stages.
  package var input: Digest?
  package var dataset: Digest
  /// Of an item stage or source: its `Derivation`; of a collection stage: the list of the input datasets.
  package var derivation: Digest?
  /// Files left beside the items, by name.
  package var files: [String: Digest]
  /// A source's view of the outside world.
  package var fingerprint: Digest?
  /// Seconds since 1970 at which an item is to be asked for again; `nil` for never.
  package var validUntil: Double?
  /// How many items are in quarantine.
  package var failed: Int
  package var count: Int
  package var type: String
  package var run: Int
  package var summary: String
  /// Names the parameters of the stage and of all stages above it under which it was made (see `Recipes` of Planning); `nil` in
  /// ledgers that did not know it.
  package var recipe: Digest?
  package var standing = Standing.complete
  /// When it was recorded, in seconds since 1970, by the clock of that run.
  package private(set) var recorded = Timestamp.now.seconds

  package init(
    stage: String, stageKey: Digest, inputs: [Digest], input: Digest?, dataset: Digest,
    derivation: Digest? = nil,
    files: [String: Digest] = [:], fingerprint: Digest? = nil, validUntil: Double? = nil,
    failed: Int = 0, count: Int,
    type: String, run: Int, summary: String = "", recipe: Digest? = nil
  ) {
    self.stage = stage
    self.stageKey = stageKey
    self.inputs = inputs
    self.input = input
    self.dataset = dataset
    self.derivation = derivation
    self.files = files
    self.fingerprint = fingerprint
    self.validUntil = validUntil
    self.failed = failed
    self.count = count
    self.type = type
    self.run = run
    self.summary = summary
    self.recipe = recipe
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
  package func isTimely(_ now: Timestamp) -> Bool { recorded <= now.seconds }

  /// Positions in a dataset have 32 bits.
  private static let mostItems = Int(UInt32.max)

  static let columns =
    "stage, stage_key, inputs, input, dataset, derivation, files, fingerprint, valid_until, failed, count, type, run, summary, recipe, state, recorded"

  init?(_ row: SQLiteStatement) {
    // A row that somebody damaged is no result: the stage runs again.
    guard let stage = row.optionalText(0), let key = row.optionalDigest(1), let dataset = row.optionalDigest(4),
      let type = row.optionalText(11), let summary = row.optionalText(13),
      let standing = row.optionalText(15).flatMap(Standing.init)
    else { return nil }
    self.stage = stage
    stageKey = key
    inputs = row.withBlob(2) { raw in
      stride(from: 0, to: raw.count - 31, by: 32).compactMap {
        Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[$0..<($0 + 32)]))
      }
    }
    input = row.optionalDigest(3)
    self.dataset = dataset
    derivation = row.optionalDigest(5)
    files = row.optionalText(6).map(Self.files) ?? [:]
    fingerprint = row.optionalDigest(7)
    validUntil = row.optionalReal(8)
    failed = row.int(9)
    count = row.int(10)
    self.type = type
    run = row.int(12)
    self.summary = summary
    recipe = row.optionalDigest(14)
    self.standing = standing
    recorded = row.real(16)
    // Numbers out of a file are added and compared: nothing in them may overflow.
    guard (0...Self.mostItems).contains(failed), (0...Self.mostItems).contains(count), run > 0 else { return nil }
  }

  static func files(_ text: String) -> [String: Digest] {
    var files: [String: Digest] = [:]
    for member in (try? JSONValue(parsing: text))?.object?.members ?? [] {
      files[member.key] = member.value.string.flatMap { Digest(hex: $0) }
    }
    return files
  }

  static func text(_ files: [String: Digest]) -> String? {
    if files.isEmpty { return nil }
    return JSONValue.object(JSONObject(files.map { ($0.key, .string($0.value.hex)) })).canonicalText
  }
}
