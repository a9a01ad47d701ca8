import Foundations
import Store

/// All that is kept of one line's results.
struct KnownLine {
  let line: PipelineLine
  /// The newest, by stage.
  let newest: [String: StageRecord]
  /// Of all generations.
  let rows: [GenerationRow]
  /// The newest first.
  let generations: [GenerationRecord]
  let histories: [String: HistoryRecord]
  let quarantine: [QuarantineEntry]

  init(_ line: PipelineLine, _ reader: LedgerReader) throws {
    self.line = line
    newest = try reader.stages(of: line.key)
    rows = try reader.generationRows(of: line.key)
    generations = try reader.generations(of: line.key)
    histories = try reader.histories(of: line.key)
    quarantine = try reader.quarantine(of: line.key)
  }

  var records: [StageRecord] { Array(newest.values) + rows.map(\.stage.record) }

  /// What a generation holds, by stage.
  func stages(of number: Int) -> [String: GenerationStage] {
    Dictionary(
      rows.lazy.filter { $0.holds(number) }.map { ($0.stage.record.stage, $0.stage) },
      uniquingKeysWith: { one, _ in one }
    )
  }

  /// The rows that say what each generation holds; what is the same in one after another is said once.
  static func rows(_ stages: [Int: [String: GenerationStage]], stillOpen: Int) -> [GenerationRow] {
    var rows: [GenerationRow] = []
    var open: [String: GenerationRow] = [:]
    let numbers = stages.keys.sorted()
    for number in numbers {
      let now = stages[number] ?? [:]
      for (name, row) in open {
        let isSame =
          now[name].map {
            $0.identity == row.stage.identity && $0.export == row.stage.export && $0.record.run == row.stage.record.run
              && $0.record.saysTheSame(as: row.stage.record)
          } ?? false
        if isSame { continue }
        rows.append(GenerationRow(first: row.first, last: number - 1, stage: row.stage))
        open[name] = nil
      }
      for (name, stage) in now where open[name] == nil {
        open[name] = GenerationRow(first: number, last: stillOpen, stage: stage)
      }
    }
    return rows + open.values
  }
}
