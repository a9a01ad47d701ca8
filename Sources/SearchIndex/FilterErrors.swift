import Foundations

extension SluiceError.Code {
  /// A search names no value of a field that the index makes mandatory (a tenant).
  package static let filterRequired = SluiceError.Code("filter_required")
}
