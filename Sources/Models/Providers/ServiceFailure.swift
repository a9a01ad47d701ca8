import Foundations

/// Why a server gave no answer that can be used.
enum ServiceFailure: Error {
  /// It refuses this request (400, 413, 422) and may take another one.
  case rejected(status: Int, message: String)
  /// It is down, busy for too long, out of money, or refuses us altogether: somebody else may be asked.
  case unavailable(SluiceError)
  /// Nobody may be asked: the run was stopped or is frozen.
  case stopped(SluiceError)
}
