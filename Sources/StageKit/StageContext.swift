import Foundations
import Store

/// What a stage run is given by the engine.
package struct StageContext: Sendable {
  /// The stage's name in its pipeline.
  package let stage: String
  package let pipeline: String
  /// The project: the directory that relative paths of the pipeline file start from.
  package let directory: String
  /// Keeps and gives back objects; records refer to them as `sha256:<hex>`.
  package let objects: any ContentStore
  /// Remembers results inside a stage by content, from run to run.
  package let cache: any KeyedCache
  /// An empty directory for this stage run, removed afterwards.
  package let scratch: String
  /// A directory that all runs share and that outlives them (paces of hosts, robots.txt); `nil`: there is none.
  package let shared: String?
  /// Where the log of everything that was paid for is kept; `nil`: nowhere.
  package let audit: String?
  /// The run's number.
  package let run: Int
  /// `--jobs`.
  package let jobs: Int
  /// Whether the network is forbidden (`--frozen`).
  package let isFrozen: Bool
  /// Whether the stage was named by `--force`.
  package let isForced: Bool
  /// Writes a line into the run's log; secrets are taken out.
  package let log: @Sendable (LogLevel, String) -> Void
  /// Says how far a collection stage is: units done, of how many.
  package let progress: @Sendable (Int, Int) -> Void
  /// Whether the run is being stopped: long work should end soon, by throwing `.interrupted`.
  package let isStopping: @Sendable () -> Bool

  package init(
    stage: String, pipeline: String, directory: String, objects: any ContentStore,
    cache: any KeyedCache,
    scratch: String, shared: String? = nil, audit: String? = nil, run: Int = 0, jobs: Int, isFrozen: Bool = false,
    isForced: Bool = false,
    log: @escaping @Sendable (LogLevel, String) -> Void = { _, _ in },
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.stage = stage
    self.pipeline = pipeline
    self.directory = directory
    self.objects = objects
    self.cache = cache
    self.scratch = scratch
    self.shared = shared
    self.audit = audit
    self.run = run
    self.jobs = jobs
    self.isFrozen = isFrozen
    self.isForced = isForced
    self.log = log
    self.progress = progress
    self.isStopping = isStopping
  }

  /// Throws when the run is being stopped.
  package func checkStopping() throws(SluiceError) {
    if isStopping() { throw SluiceError(.interrupted, "the run was interrupted") }
  }
}

/// How much a log line matters.
package enum LogLevel: String, Sendable {
  case debug, info, warning, error
}

/// Results inside a stage, by the digest of everything that they follow from (a model's answer by
/// the prompt and the evidence).
package protocol KeyedCache: Sendable {
  func get(_ key: Digest) throws -> [UInt8]?
  func put(_ key: Digest, _ value: [UInt8]) throws
  /// Returns only when what was put is safe from `kill -9`: for what was paid for.
  func putDurably(_ key: Digest, _ value: [UInt8]) throws
}

extension KeyedCache {
  package func putDurably(_ key: Digest, _ value: [UInt8]) throws { try put(key, value) }
}
