import Foundations
import StageKit

/// Makes the form that `mode` asks for.
enum CommandStage {
  static func make(_ configuration: StageConfiguration) throws -> AnyStage {
    let settings = try CommandSettings(configuration)
    return switch try configuration.parameters.string("mode") {
    case "item": .item(ItemCommandStage(settings: settings))
    case "lines": .item(LinesCommandStage(settings: settings))
    default: .collection(WholeCommandStage(settings: settings))
    }
  }
}
