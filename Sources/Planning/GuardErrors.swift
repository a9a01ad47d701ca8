import Foundations

extension SluiceError.Code {
  /// A run would lose more than `guard` allows.
  package static let guarded = SluiceError.Code("guard")
}
