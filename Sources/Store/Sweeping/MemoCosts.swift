import Foundations
import SQLite

/// What it took to make what is remembered, as far as the ledger and the audit log know.
///
/// A memo entry knows its stage key and its run, not its item: its cost is what an item of that stage cost in that run on
/// average (the stage's work divided by the items done). A stage that is gone, so that its key leads to no name, costs what an
/// item of that run cost on average. An entry was paid for when the audit log has an answer for its stage in its run.
struct MemoCosts {
  private struct StageOfRun: Hashable {
    let run: Int
    let stage: String
  }

  private var names: [Digest: String] = [:]
  private var seconds: [StageOfRun: Double] = [:]
  private var meanSeconds: [Int: Double] = [:]
  private var paid: Set<StageOfRun> = []
  private var paidRuns: Set<Int> = []

  init(_ connection: SQLiteConnection, _ layout: ArtifactLayout) throws {
    for case (let key?, let stage) in try connection.all(
      "SELECT stage_key, stage FROM stages UNION SELECT stage_key, stage FROM generation_stages", [],
      { ($0.optionalDigest(0), try $0.text(1)) })
    {
      names[key] = stage
    }
    var work: [Int: (seconds: Double, items: Int)] = [:]
    for (run, stage, done, spent) in try connection.all(
      "SELECT run, stage, done, work_seconds FROM stage_runs WHERE done>0", [],
      { ($0.int(0), try $0.text(1), $0.int(2), $0.real(3)) })
    {
      seconds[StageOfRun(run: run, stage: stage)] = spent / Double(done)
      let sum = work[run] ?? (0, 0)
      work[run] = (sum.seconds + spent, sum.items + done)
    }
    meanSeconds = work.mapValues { $0.seconds / Double($0.items) }
    try readAudit(layout)
  }

  /// Lines of the audit log, as far as they are needed here.
  private struct Answer: Decodable {
    let run: Int
    let stage: String
  }

  private mutating func readAudit(_ layout: ArtifactLayout) throws {
    guard FileSystem.exists(layout.audit) else { return }
    for name in try FileSystem.list(layout.audit) where name.hasSuffix(".jsonl") {
      for line in ByteSearch.lines(try FileSystem.read("\(layout.audit)/\(name)")) {
        // A line that a crash cut short says nothing.
        guard let answer = try? JSONValue(parsing: Array(line)).decoded(as: Answer.self) else { continue }
        paid.insert(StageOfRun(run: answer.run, stage: answer.stage))
        paidRuns.insert(answer.run)
      }
    }
  }

  /// Whether an entry holds an answer that was paid for. Of a stage that is gone: whether its run paid for any.
  func isPaid(_ stageKey: Digest, run: Int) -> Bool {
    names[stageKey].map { paid.contains(StageOfRun(run: run, stage: $0)) } ?? paidRuns.contains(run)
  }

  /// Seconds that it took to make an entry; of what nobody wrote down, none.
  func seconds(_ stageKey: Digest, run: Int) -> Double {
    names[stageKey].flatMap { seconds[StageOfRun(run: run, stage: $0)] } ?? meanSeconds[run] ?? 0
  }
}
