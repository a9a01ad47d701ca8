import StageKit

/// The stage kinds that are part of Sluice, by the name that stage definitions give as `kind`.
package enum BuiltinStages {
  package static let registry = StageRegistry([
    "import": { .source(try ImportStage($0)) },
    "filter": { .item(try FilterStage($0)) },
    "command": CommandStage.make,
  ])
}
