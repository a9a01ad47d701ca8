import StageKit

/// The stage kinds that are part of Sluice, by the name that stage definitions give as `kind`.
package enum BuiltinStages {
  package static let registry = StageRegistry([:])
}
