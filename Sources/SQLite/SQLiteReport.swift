import CSQLite
import Foundations

/// How the owner of a database speaks of its errors.
package struct SQLiteReport: Sendable {
  /// What went wrong, as far as it makes a difference to a person.
  package enum Trouble: Sendable { case full, input, damaged, busy, readOnly, other }

  /// Comes before the path: `the index `.
  let subject: String
  /// The code of an error, and what to do.
  let explain: @Sendable (Trouble) -> (code: SluiceError.Code, advice: String)

  /// Says for each trouble by which code it is known, and what to do.
  package init(subject: String = "", explain: @escaping @Sendable (Trouble) -> (code: SluiceError.Code, advice: String))
  {
    self.subject = subject
    self.explain = explain
  }

  func error(_ code: Int32, _ reason: String, _ path: String, _ doing: String) -> SluiceError {
    let trouble: Trouble =
      switch code & 0xFF {
      case SQLITE_FULL: .full
      case SQLITE_IOERR: .input
      case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
      case SQLITE_BUSY: .busy
      case SQLITE_READONLY: .readOnly
      default: .other
      }
    let (kind, advice) = explain(trouble)
    return SluiceError(kind, "\(subject)\(path): \(reason) (in: \(doing.prefix(200)))", advice: advice)
  }
}
