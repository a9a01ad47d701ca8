import Foundations
import Manifest
import StageKit
import Store
import TestSupport
import Testing

@testable import Planning

/// What becomes of an item: carried over, remembered, or to be done, and until when.
@Suite struct ItemVerdictsTests {
  private struct Stage: ItemStage {
    var policy: String?
    /// Until when what is kept holds, whatever was written down.
    var holds: Validity?
    var implementationVersion: Int { 1 }
    var keyComponents: JSONObject { [:] }
    var projection: Projection { .fields(["text"]) }
    var parallelism: Parallelism { .jobs }
    var freshnessPolicy: String? { policy }
    func validity(_ stored: Validity, of item: Item, validators: JSONObject) -> Validity { holds ?? stored }
    func makeWorker(_ context: StageContext) throws -> any ItemWorker {
      throw SluiceError(.usage, "nothing runs here")
    }
  }

  private struct Source: SourceStage {
    var implementationVersion: Int { 1 }
    var keyComponents: JSONObject { [:] }
    func look(_ context: SourceContext) throws -> any SourceView { throw SluiceError(.usage, "nobody looks") }
  }

  /// A ledger in which a stage `s` has a result of the items `a`, `b` and `c`, of which the last failed.
  private final class Ledger {
    let world: World
    let layout: ArtifactLayout
    let store: ObjectStore
    let recorder: Recorder
    let stage: Stage
    let now = Timestamp(seconds: 1000)

    init(_ stage: Stage) throws {
      self.stage = stage
      world = try World()
      layout = ArtifactLayout(root: world.path("artifacts"))
      try layout.create()
      let connection = try Store.Ledger.openForWriting(layout)
      store = try ObjectStore(layout)
      recorder = Recorder(connection, store: store)
      let kind = "summary: s\nversion: 1\noutput: any\n"
      try world.write("stages/list.yaml", "kind: list\ninput: none\n\(kind)")
      try world.write("stages/work.yaml", "kind: work\ninput: any\n\(kind)")
    }

    func item(_ id: String, _ text: String) throws -> Item {
      let item = Item(id: id, record: Record(["text": .string(text)]))
      _ = try store.put(item.record.bytes)
      return item
    }

    func dataset(_ items: [Item]) throws -> Dataset {
      var builder = DatasetBuilder(capacity: items.count)
      for item in items { builder.append(id: item.id, digest: item.digest) }
      let dataset = builder.build()
      _ = try store.put(dataset.bytes)
      return dataset
    }

    func prepare() throws -> PreparedPipeline {
      let text = "pipeline: p\nstages:\n  l: {uses: list}\n  s: {uses: work, needs: l}\n"
      let pipeline = try PipelineReader(library: StageLibrary(directory: world.path("stages"))).read(
        SourceText(name: "p.yaml", bytes: Array(text.utf8)), directory: world.directory)
      let stage = stage
      return try PreparedPipeline(
        StageGraph(pipeline),
        registry: StageRegistry(["list": { _ in .source(Source()) }, "work": { _ in .item(stage) }]), layout: layout,
        files: FileDigestCache(path: world.path("cache")), reader: LedgerReader(layout), store: store)
    }

    /// Records a result under `key`, made at `recorded`, of items whose results hold so long (`nil`: failed).
    func record(key: Digest, _ items: [(Item, Validity?)], recorded: Double = 900, policy: String? = nil) throws {
      let input = try dataset(items.map(\.0))
      let output = try dataset(items.filter { $0.1 != nil }.map(\.0))
      var validities = Derivation.Validities(capacity: items.count)
      var starts: [UInt32] = [0]
      for (_, validity) in items {
        validities.append(validity)
        starts.append(starts[starts.count - 1] + (validity == nil ? 0 : 1))
      }
      let derivation = Derivation(
        input: input.digest, output: output.digest, starts: starts, positions: Array(0..<UInt32(output.count)),
        validities: validities)
      let record = StageRecord(
        stage: "s", stageKey: key, dataset: output.digest, count: output.count, type: "any",
        failed: derivation.failedCount, run: 1, recipe: nil,
        result: .items(
          ItemsResult(
            inputs: [input.digest],
            origin: ItemOrigin(input: input.digest, derivation: try store.put(derivation.bytes)),
            freshnessPolicy: policy.map { Digest(of: $0) }, validity: derivation.validity)),
        recorded: Timestamp(seconds: recorded))
      try recorder.record(LedgerEntries.stage(record, pipeline: "p"))
      try recorder.flush()
    }

    func remember(key: Digest, _ item: Item, _ validity: Validity) throws {
      let entry = MemoEntry(outputs: MemoOutputs([]).bytes, validity: validity, validators: ["etag": "1"], run: 1)
      try recorder.record(LedgerEntries.memo(stageKey: key, key: stage.projection.digest(of: item), entry))
      try recorder.flush()
    }

    func verdicts(isForced: Bool = false) throws -> ItemVerdicts {
      let prepared = try prepare()
      return try ItemVerdicts(prepared, StageID(1), isForced: isForced, now: now, load: prepared.dataset)
    }

    func verdict(_ item: Item, isForced: Bool = false, isQuarantined: Bool = false) throws -> String {
      let verdicts = try verdicts(isForced: isForced)
      if let position = verdicts.carried(item) { return "carried \(position)" }
      switch try verdicts.verdict(
        of: item, stage, memoKey: stage.projection.digest(of: item), before: verdicts.before(item.id),
        isQuarantined: isQuarantined, reader: LedgerReader(layout))
      {
      case .carried(let position): return "carried \(position)"
      case .remembered(_, let validity): return "remembered \(validity)"
      case .due(let reason, let former): return "\(reason)\(former.map { " knowing \($0.validators.keys)" } ?? "")"
      }
    }
  }

  private func key(_ ledger: Ledger) throws -> Digest { try ledger.prepare().stages[StageID(1)].key }

  @Test func theLastResultIsCarriedOver() throws {
    let ledger = try Ledger(Stage())
    let (a, b, c) = (try ledger.item("a", "1"), try ledger.item("b", "2"), try ledger.item("c", "3"))
    try ledger.record(key: key(ledger), [(a, .forever), (b, .until(Timestamp(seconds: 1001))), (c, nil)])
    #expect(try ledger.verdict(a) == "carried 0")
    #expect(try ledger.verdict(b) == "carried 1")
    #expect(try ledger.verdict(c) == "key", "it failed: there is nothing to carry")
    #expect(try ledger.verdict(c, isQuarantined: true) == "retry")
    #expect(try ledger.verdict(ledger.item("a", "other")) == "changed")
    #expect(try ledger.verdict(ledger.item("d", "1")) == "new")
    #expect(try ledger.verdict(a, isForced: true) == "forced")
    let parts = try ledger.verdicts().part(ledger.dataset([a, ledger.item("b", "other"), c, ledger.item("d", "4")]))
    #expect(parts.carried == [0])
    #expect(parts.open.map(\.position) == [1, 2, 3] && parts.open.map(\.before) == [b.digest, c.digest, nil])
    let some = try ledger.verdicts().part(ledger.dataset([a, b, c]), [1, 2])
    #expect(some.carried == [1] && some.open.map(\.position) == [2])
  }

  @Test func whatIsDueIsAskedForAgain() throws {
    let ledger = try Ledger(Stage())
    let (a, b) = (try ledger.item("a", "1"), try ledger.item("b", "2"))
    let past = Validity.until(Timestamp(seconds: 1000))
    try ledger.record(key: key(ledger), [(a, past), (b, .asksAlways)])
    try ledger.remember(key: key(ledger), a, past)
    #expect(try ledger.verdict(a) == "refresh knowing [\"etag\"]")
    #expect(try ledger.verdict(b) == "key")
    // Forced, it is asked for as if nothing were known of it.
    #expect(try ledger.verdict(a, isForced: true) == "forced knowing []")
  }

  /// A result from the future was made by a clock that was ahead: how long it holds is not known.
  @Test func timesOfAClockThatWasAheadAreNotBelieved() throws {
    let ledger = try Ledger(Stage())
    let (a, b) = (try ledger.item("a", "1"), try ledger.item("b", "2"))
    try ledger.record(key: key(ledger), [(a, .until(Timestamp(seconds: 5000))), (b, .forever)], recorded: 1001)
    #expect(try ledger.verdict(a) == "key")
    #expect(try ledger.verdict(b) == "carried 1")
  }

  @Test func anotherPolicyAsksHowLongResultsHold() throws {
    let later = Validity.until(Timestamp(seconds: 2000))
    let ledger = try Ledger(Stage(policy: "daily", holds: later))
    let a = try ledger.item("a", "1")
    try ledger.record(key: key(ledger), [(a, .until(Timestamp(seconds: 1500)))], policy: "weekly")
    try ledger.remember(key: key(ledger), a, .until(Timestamp(seconds: 1500)))
    #expect(try ledger.verdict(a) == "remembered \(later)")
    try ledger.record(key: key(ledger), [(a, .until(Timestamp(seconds: 1500)))], policy: "daily")
    #expect(try ledger.verdict(a) == "carried 0")
  }

  @Test func underAnotherKeyOnlyTheMemoCounts() throws {
    let ledger = try Ledger(Stage())
    let (a, b) = (try ledger.item("a", "1"), try ledger.item("b", "2"))
    try ledger.record(key: Digest(of: "another"), [(a, .forever), (b, .forever)])
    try ledger.remember(key: key(ledger), b, .forever)
    #expect(try ledger.verdict(a) == "key")
    #expect(try ledger.verdict(b) == "remembered forever")
    #expect(try ledger.verdicts().former == nil)
  }

  /// Plan and run say the same, for they ask the same.
  @Test func aPlanCountsByTheSameVerdicts() throws {
    let ledger = try Ledger(Stage())
    let items = try (0..<6).map { try ledger.item("i\($0)", "\($0)") }
    try ledger.record(
      key: key(ledger),
      [(items[0], .forever), (items[1], .asksAlways), (items[2], nil), (items[3], .until(Timestamp(seconds: 2000)))])
    try ledger.remember(key: key(ledger), items[4], .forever)
    let prepared = try ledger.prepare()
    let input = try ledger.dataset(items)
    let above = StageRecord(
      stage: "l", stageKey: Digest(of: "l"), dataset: input.digest, count: 6, type: "any", failed: 0, run: 1,
      recipe: nil,
      result: .source(
        SourceResult(origin: ItemOrigin(input: input.digest, derivation: input.digest), fingerprint: nil)))
    let planned = Plan.Stage(
      name: "l", kind: "list", isSelected: true, reasons: [], toRun: 0, reused: 0, removedInputs: 0, removedOutputs: 0,
      outputType: "any")
    let forecast = ItemForecast(
      prepared: prepared, id: StageID(1), stage: ledger.stage, needs: [.unchanged(planned, above)],
      record: prepared.records["s"], now: ledger.now, isForced: false)
    let counts = try forecast.counts()
    let verdicts = try items.map { try ledger.verdict($0) }
    #expect(verdicts == ["carried 0", "key", "key", "carried 3", "remembered forever", "new"])
    #expect(counts.reused == 3 && counts.toRun == 3)
    #expect(try forecast.leaving().inputs == 0)
    // Forced, all are worked on, whatever is known of them.
    let forced = ItemForecast(
      prepared: prepared, id: StageID(1), stage: ledger.stage, needs: [.unchanged(planned, above)],
      record: prepared.records["s"], now: ledger.now, isForced: true)
    #expect(try forced.counts().toRun == 6)
  }

  @Test func aDerivationThatDoesNotFitIsDamage() throws {
    let ledger = try Ledger(Stage())
    let a = try ledger.item("a", "1")
    let input = try ledger.dataset([a])
    let other = try ledger.dataset([])
    let derivation = Derivation(
      input: input.digest, output: other.digest, starts: [0, 0], positions: [],
      validities: Derivation.Validities(capacity: 0))
    #expect(throws: SluiceError.self) {
      try DerivedDataset(input: input, output: other, derivation: derivation)
    }
  }
}
