import Foundations

/// A stage of any of the three forms.
package enum AnyStage: Sendable {
  case source(any SourceStage)
  case item(any ItemStage)
  case collection(any CollectionStage)

  package var stage: any Stage {
    switch self {
    case .source(let stage): stage
    case .item(let stage): stage
    case .collection(let stage): stage
    }
  }
}

/// The stage kinds that this program knows. The engine is given one and asks no further.
package struct StageRegistry: Sendable {
  package typealias Make = @Sendable (StageConfiguration) throws -> AnyStage
  private let kinds: [String: Make]
  /// Runs the programs of gates; `nil`: gates can have none.
  package let gateProgram: GateProgram?
  /// Who writes the datasets of these kinds in one way always: what was published of a stage can be put back by them
  /// when the stage is gone.
  package let exporters: [any DatasetExporter]

  package init(
    _ kinds: [String: Make], exporters: [any DatasetExporter] = [], gateProgram: GateProgram? = nil
  ) {
    self.kinds = kinds
    self.exporters = exporters
    self.gateProgram = gateProgram
  }

  package var names: [String] { kinds.keys.sorted() }

  /// Makes a stage; throws when its key components cannot be determined or parameters contradict.
  package func make(_ configuration: StageConfiguration) throws -> AnyStage {
    guard let make = kinds[configuration.kind] else {
      throw SluiceError(
        .usage, "stage \(configuration.name): there is no stage kind '\(configuration.kind)'",
        advice: "Kinds: \(names.joined(separator: ", ")).")
    }
    return try make(configuration)
  }
}
