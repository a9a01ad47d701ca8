import Foundations

/// Why a server gave no answer that can be used.
enum ServiceFailure: Error {
  /// It refuses this request (400, 413, 422) and may take another one.
  case rejected(status: Int, message: String)
  /// It answered, and what it said is no answer: cut off, refused, empty. Another try, or somebody else, may do better.
  case unusable(reason: String, isCut: Bool)
  /// It is down, busy for too long, out of money, or refuses us altogether: somebody else may be asked.
  case unavailable(SluiceError)
  /// Nobody may be asked: the run was stopped or is frozen.
  case stopped(SluiceError)
}
