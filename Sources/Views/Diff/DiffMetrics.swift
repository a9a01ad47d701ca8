import Clustering
import Foundations
import Planning
import StageKit
import Store

/// The numbers of two results of a stage, side by side.
struct DiffMetrics {
  let before: Snapshot
  let after: Snapshot

  func metrics(of diff: StageDiff) throws -> [DiffMetric] {
    var metrics = [DiffMetric("items", diff.before.map { Double($0.count) }, diff.after.map { Double($0.count) })]
    metrics.append(
      DiffMetric("quarantined", diff.before.map { Double($0.failed) }, diff.after.map { Double($0.failed) }))
    metrics += try work(diff)
    metrics += gates(diff)
    metrics += try topics(diff)
    metrics += try statements(diff)
    return metrics.filter { $0.isNews || $0.name == "items" }
  }

  /// What the runs took that made the results.
  private func work(_ diff: StageDiff) throws -> [DiffMetric] {
    guard diff.before?.run != diff.after?.run || before.layout.root != after.layout.root else { return [] }
    func work(_ record: StageRecord?, _ snapshot: Snapshot) throws -> StageRunRecord? {
      try record.flatMap { record in
        try snapshot.reader.stageRuns(ofRun: record.run).first { $0.stage == record.stage }
      }
    }
    let (old, new) = (try work(diff.before, before), try work(diff.after, after))
    let paid = (Spending.of(diff.before, in: before), Spending.of(diff.after, in: after))
    var metrics = [DiffMetric("seconds", old?.seconds, new?.seconds)]
    if paid.0 != nil || paid.1 != nil {
      metrics.append(DiffMetric("tokens", paid.0.map(\.tokens), paid.1.map(\.tokens)))
      metrics.append(DiffMetric("cost_usd", paid.0.map(\.cost), paid.1.map(\.cost)))
    }
    return metrics
  }

  /// What gates measured: recall, for example.
  private func gates(_ diff: StageDiff) -> [DiffMetric] {
    func measured(_ snapshot: Snapshot) -> [String: Double] {
      guard let report = try? snapshot.generation?.gates?.decoded(as: GateReport.self) else { return [:] }
      let results = report.results.compactMap { result in
        result.stage == diff.stage ? result.value.map { (result.measure, $0) } : nil
      }
      return Dictionary(results, uniquingKeysWith: { first, _ in first })
    }
    let (old, new) = (measured(before), measured(after))
    return Set(old.keys).union(new.keys).subtracting(["count"]).sorted().map { DiffMetric($0, old[$0], new[$0]) }
  }

  /// What became of topics since.
  private func topics(_ diff: StageDiff) throws -> [DiffMetric] {
    func lineage(_ record: StageRecord?, _ snapshot: Snapshot) throws -> Lineage? {
      guard let digest = record?.files[PublishedFile.lineage] else { return nil }
      return try LineageFile(parsing: snapshot.store.get(digest)).lineage
    }
    guard let new = try lineage(diff.after, after) else { return [] }
    let last = try lineage(diff.before, before)?.nights.last?.number
    let events = new.events.filter { event in last.map { event.night > $0 } ?? true }
    return Lineage.Change.allCases.filter { $0 != .continued }.map { change in
      DiffMetric("topics \(change.rawValue)", nil, Double(events.count { $0.change == change }))
    }.filter { $0.after != 0 }
  }

  /// Statements that came and went, whichever topic they are of.
  private func statements(_ diff: StageDiff) throws -> [DiffMetric] {
    guard diff.type == "insight" || diff.type == "analysis" else { return [] }
    func texts(_ record: StageRecord?, _ snapshot: Snapshot) throws -> Set<String> {
      guard let record else { return [] }
      var found: Set<String> = []
      try snapshot.stored(record).forEach { Self.collect(.object(try $0.record.object()), into: &found) }
      return found
    }
    let (old, new) = (try texts(diff.before, before), try texts(diff.after, after))
    return [
      DiffMetric("statements", Double(old.count), Double(new.count)),
      DiffMetric("statements added", nil, Double(new.subtracting(old).count)),
      DiffMetric("statements dropped", nil, Double(old.subtracting(new).count)),
    ]
  }

  private static func collect(_ value: JSONValue, into found: inout Set<String>) {
    if let object = value.object {
      if object["evidence_ids"] != nil, let text = object["text"]?.string { found.insert(text) }
      for member in object.members { collect(member.value, into: &found) }
    }
    for element in value.array ?? [] { collect(element, into: &found) }
  }
}

/// What a stage paid in a run, as the audit log has it.
struct Spending {
  var tokens = 0.0
  var cost = 0.0

  private struct Line: Decodable {
    @Lenient var pipeline: String?
    @Lenient var stage: String?
    @Lenient var run: Int?
    @Lenient var promptTokens: Double?
    @Lenient var completionTokens: Double?
    @Lenient var cost: Double?

    enum CodingKeys: String, CodingKey {
      case pipeline, stage, run
      case promptTokens = "prompt_tokens"
      case completionTokens = "completion_tokens"
      case cost = "cost_usd"
    }
  }

  /// `nil`: it paid nothing.
  static func of(_ record: StageRecord?, in snapshot: Snapshot) -> Spending? {
    guard let record, let files = try? FileSystem.list(snapshot.layout.audit) else { return nil }
    var spending: Spending?
    let mark = Array("\"run\":\(record.run)".utf8)
    for file in files {
      guard let bytes = try? FileSystem.read("\(snapshot.layout.audit)/\(file)") else { continue }
      for line in ByteSearch.lines(bytes) where ByteSearch.range(of: mark, in: Array(line)) != nil {
        guard let entry: Line = try? JSONValue(parsing: Array(line)).decoded(), entry.run == record.run,
          entry.stage == record.stage
        else { continue }
        spending = spending ?? Spending()
        spending?.tokens += (entry.promptTokens ?? 0) + (entry.completionTokens ?? 0)
        spending?.cost += entry.cost ?? 0
      }
    }
    return spending
  }
}
