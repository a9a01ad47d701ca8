import Foundations
import Models

/// The documented exit codes of searching.
enum SearchExitCode: Int32 {
  case embeddingNotReady = 8
  case vectorStoreError = 9
  case embeddingServiceUnavailable = 10

  init?(_ code: SluiceError.Code) {
    switch code {
    case .embeddingNotReady: self = .embeddingNotReady
    case .vectorStoreError: self = .vectorStoreError
    case .embeddingServiceUnavailable: self = .embeddingServiceUnavailable
    default: return nil
    }
  }
}
