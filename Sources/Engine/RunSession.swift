import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store
import Synchronization

/// What all stages of one run share.
final class RunSession: Sendable {
  let prepared: PreparedPipeline
  let options: RunOptions
  let store: ObjectStore
  let recorder: Recorder
  let reader: LedgerReader
  let run: Int
  let slots: JobSlots
  let scratch: ScratchFolders
  /// The stages that had items in quarantine when the run began.
  let quarantinedStages: Set<String>
  let observe: @Sendable (RunEvent) -> Void
  /// The moment against which due times are held; one for the whole run.
  let now = Timestamp.now
  private let stop = Atomic<Bool>(false)
  private let counts: Mutex<StageTable<StageCounts>>
  /// Those that were read or made in this run: several stages want the same ones.
  private let datasets = Mutex<[Digest: Dataset]>([:])

  init(
    prepared: PreparedPipeline, options: RunOptions, store: ObjectStore, recorder: Recorder,
    reader: LedgerReader,
    run: Int, observe: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.prepared = prepared
    self.options = options
    self.store = store
    self.recorder = recorder
    self.reader = reader
    self.run = run
    self.observe = observe
    slots = JobSlots(options.jobs)
    scratch = ScratchFolders(prepared.layout, run: run)
    // Without the list all are taken to have some, which only costs time.
    quarantinedStages =
      (try? reader.quarantinedStages(of: prepared.line.key)) ?? Set(prepared.graph.stages.map(\.name))
    counts = Mutex(StageTable(repeating: StageCounts(), for: prepared.stages))
  }

  var isStopping: Bool { stop.load(ordering: .relaxed) }
  func requestStop() { stop.store(true, ordering: .relaxed) }

  /// Changes the numbers of a stage.
  func count(_ id: StageID, _ body: (inout StageCounts) -> Void) { counts.withLock { body(&$0[id]) } }

  func counts(_ id: StageID) -> StageCounts { counts.withLock { $0[id] } }
  var allCounts: [StageCounts] { counts.withLock { Array($0) } }

  func context(_ id: StageID, scratch: String) -> StageContext {
    let name = prepared.stages[id].declaration.name
    return StageContext(
      stage: name, pipeline: prepared.pipeline.name, directory: prepared.pipeline.directory,
      objects: store,
      cache: LedgerCache(self), scratch: scratch, shared: prepared.layout.hosts,
      audit: prepared.layout.audit, run: run, jobs: options.jobs, isFrozen: options.isFrozen,
      isForced: options.forced.contains(id),
      log: { [self] level, message in
        observe(.log(stage: name, level: level, message: message))
      },
      progress: { [self] done, total in count(id) { $0.progress = .init(done: done, total: total) } },
      isStopping: { [self] in isStopping })
  }

  /// Reads a stored dataset.
  func dataset(_ digest: Digest) throws -> Dataset {
    if let known = datasets.withLock({ $0[digest] }) { return known }
    let dataset = try Dataset(reading: store.get(digest), digest: digest)
    datasets.withLock { $0[digest] = dataset }
    return dataset
  }

  /// Stores a dataset under its own digest.
  func keep(_ dataset: Dataset) throws {
    _ = try store.put(dataset.bytes, digest: dataset.digest, compressing: false)
    datasets.withLock { $0[dataset.digest] = dataset }
  }

  func keep(_ derivation: Derivation) throws -> Digest {
    let bytes = derivation.bytes
    return try store.put(bytes, digest: Digest(of: bytes), compressing: false)
  }
}
