import Foundations
import SQLite

extension SQLiteValue {
  /// What somebody said: a message, a summary, a command line. Secrets never reach the ledger.
  static func said(_ text: String) -> SQLiteValue { .text(Secrets.redacted(text)) }
}
