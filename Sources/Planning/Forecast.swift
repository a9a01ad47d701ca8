import Foundations
import Store

/// What a run would do with a stage, and what is known beforehand of its output.
struct Forecast {
  var stage: Plan.Stage
  /// The result that will certainly stand, when one will.
  var record: StageRecord?
  /// Items that would be new or other; `nil`: unknown.
  var changed: Int?
  /// Positions in the last dataset that would leave.
  var removed: [UInt32] = []

  /// The very dataset, when it is certain.
  var dataset: Digest? { record?.dataset }

  /// The result stays as it is; without one, there will be none.
  static func unchanged(_ stage: Plan.Stage, _ record: StageRecord?) -> Forecast {
    Forecast(stage: stage, record: record, changed: record == nil ? nil : 0)
  }

  /// Only a run can tell what will be there.
  static func unknown(_ stage: Plan.Stage) -> Forecast { Forecast(stage: stage) }

  /// It cannot run here, for this reason.
  static func problem(_ stage: Plan.Stage, _ error: any Error) -> Forecast {
    var stage = stage
    stage.problem = SluiceError(wrapping: error)
    return .unknown(stage)
  }
}
