import Foundations

extension SluiceError.Code {
  /// A search was asked of an index without vectors.
  package static let embeddingNotReady = SluiceError.Code("embedding_not_ready")
  /// The index file cannot be read.
  package static let vectorStoreError = SluiceError.Code("vector_store_error")
  /// The model that would embed a query cannot be reached.
  package static let embeddingServiceUnavailable = SluiceError.Code("embedding_service_unavailable")
}
