import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Makes a sample of what is remembered again, and says what did not come out the same.
///
/// It writes nothing and asks no network: what is made is compared and forgotten. Stages whose results follow from the
/// outside world (`refresh`) and those that read whole datasets are left out.
package struct Audit {
  private let prepared: PreparedPipeline
  private let store: ObjectStore
  private let reader: LedgerReader
  private let jobs: Int

  package init(_ prepared: PreparedPipeline, store: ObjectStore, reader: LedgerReader, jobs: Int) {
    self.prepared = prepared
    self.store = store
    self.reader = reader
    self.jobs = jobs
  }

  /// - Parameters:
  ///   - share: of the hits of each stage, from 0 to 1; one of them at least.
  ///   - run: whose hits are meant: what it worked on itself was none; `nil`: all that is remembered.
  package func execute(share: Double, seed: UInt64, run: Int? = nil) throws -> AuditReport {
    var report = AuditReport(seed: seed)
    var worked: [String: Set<String>] = [:]
    for item in try run.map({ try reader.itemRuns(ofRun: $0) }) ?? [] {
      worked[item.stage, default: []].insert(item.item)
    }
    for id in prepared.graph.order {
      let stage = prepared.stages[id]
      guard case .success(.item(let body)) = stage.stage else { continue }
      var result = AuditReport.Stage(name: stage.declaration.name)
      result.notes = body.notes
      if body.freshnessPolicy != nil {
        result.leftOut = "it asks the network"
      } else if let record = prepared.records[result.name], record.stageKey == stage.key {
        try audit(id, body, record, worked[result.name] ?? [], share: share, seed: seed, &result)
      } else {
        result.leftOut = "nothing is remembered under its parameters of now"
      }
      report.stages.append(result)
    }
    return report
  }

  private func audit(
    _ id: StageID, _ body: any ItemStage, _ record: StageRecord, _ worked: Set<String>, share: Double, seed: UInt64,
    _ result: inout AuditReport.Stage
  ) throws {
    guard let derived = try prepared.derived(record, load: prepared.dataset) else { return }
    let hits = (0..<derived.input.count).filter {
      !derived.derivation.isFailed($0) && (worked.isEmpty || !worked.contains(derived.input.id($0)))
    }
    result.hits = hits.count
    guard !hits.isEmpty else { return }
    let number = min(hits.count, max(1, Int(clamping: (share * Double(hits.count)).rounded(.up))))
    // Each stage has a sample of its own, whatever other stages there are.
    var random = SplitMix64(seed: seed ^ Digest(of: result.name).words.0)
    let chosen = random.sample(number, of: hits).sorted()
    let items = try chosen.map { position in
      Item(
        id: derived.input.id(position), digest: derived.input.digest(position),
        record: Record(bytes: try store.get(derived.input.digest(position))))
    }
    let watch = OpenedFiles(Path.absolute(prepared.pipeline.directory), leavingOut: Path.absolute(prepared.layout.root))
    let first = try make(items, id, body)
    result.sampled = items.count
    var wrong: [(item: Int, was: [String: Digest], now: AuditOutcome)] = []
    for (number, position) in chosen.enumerated() {
      let outputs = derived.derivation.outputs(ofInput: position).map { Int($0) }
      let was = Dictionary(uniqueKeysWithValues: outputs.map { (derived.output.id($0), derived.output.digest($0)) })
      let now = try first.outcome(number, items[number])
      if case .leftOut(let reason) = now {
        result.sampled -= 1
        result.leftOut = reason
      } else if now != .made(was) {
        wrong.append((number, was, now))
      }
    }
    if !wrong.isEmpty {
      let again = try make(wrong.map { items[$0.item] }, id, body)
      for (place, difference) in wrong.enumerated() {
        let item = items[difference.item]
        result.differences.append(
          AuditReport.Difference(
            item: item.id, what: try first.describe(difference.now, was: difference.was),
            isRepeatable: try again.outcome(place, item) == difference.now))
      }
      result.opened = opened(watch?.take() ?? [], id, since: record)
    }
  }

  private func make(_ items: [Item], _ id: StageID, _ body: any ItemStage) throws -> AuditAttempt {
    let scratch = Path.temporaryName(besides: "\(prepared.layout.scratch)/audit")
    try FileSystem.makeDirectory(scratch)
    defer { try? FileSystem.remove(scratch) }
    let objects = AuditObjects(store)
    let feed = AuditFeed(items)
    let attempt = AuditAttempt(feed: feed, objects: objects)
    let worker: any ItemWorker
    do {
      worker = try body.makeWorker(
        StageContext(
          stage: prepared.stages[id].declaration.name, pipeline: prepared.pipeline.name,
          directory: prepared.pipeline.directory, objects: objects, cache: AuditCache(reader), scratch: scratch,
          shared: nil, audit: nil, run: 0, jobs: jobs, isFrozen: true))
    } catch {
      attempt.fail(error)
      return attempt
    }
    let threads =
      switch body.parallelism {
      case .jobs: jobs
      case .threads(let number): max(1, number)
      }
    let started = (0..<min(threads, items.count)).map { number in
      BlockingThread("audit-\(number)", stackSize: 16 << 20) {
        do { try worker.run(feed) } catch { attempt.fail(error) }
      }
    }
    for thread in started { thread.join() }
    return attempt
  }

  /// All names and texts of a key, as paths from the project's folder: `./a.sh` is `a.sh`.
  private static func names(in value: JSONValue) -> Set<String> {
    func path(_ text: String) -> String {
      text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
    switch value {
    case .string(let text): return [path(text)]
    case .array(let list): return list.reduce(into: []) { $0.formUnion(names(in: $1)) }
    case .object(let object):
      return object.members.reduce(into: []) { names, member in
        names.insert(path(member.key))
        names.formUnion(Self.names(in: member.value))
      }
    case .null, .bool, .int, .double: return []
    }
  }

  /// Files of the project that are no part of the key, what changed since first.
  private func opened(_ files: Set<String>, _ id: StageID, since record: StageRecord) -> [AuditReport.Opened] {
    let known = Self.names(in: .object(prepared.stages[id].components))
    let made = Int64(clamping: record.recorded.seconds * 1e9)
    return files.filter { !known.contains($0) }.sorted().map { file in
      let status = (try? FileSystem.status(Path.join(prepared.pipeline.directory, file))) ?? nil
      return AuditReport.Opened(file: file, isNewer: status.map { $0.modified > made } ?? true)
    }.sorted { $0.isNewer && !$1.isNewer }
  }
}
