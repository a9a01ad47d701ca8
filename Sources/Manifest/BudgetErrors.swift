import Foundations

extension SluiceError.Code {
  /// The money that a provider may cost is spent.
  package static let budget = SluiceError.Code("budget")
}
