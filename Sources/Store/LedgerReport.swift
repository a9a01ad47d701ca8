import Foundations
import SQLite

extension SQLiteReport {
  /// How errors of the ledger are told.
  static let ledger = SQLiteReport { trouble in
    switch trouble {
    case .full:
      (.system, "The disk is full. Make room (`sluice gc` removes what nothing needs) and run again; nothing was lost.")
    case .input: (.system, "The disk reports an error: look at `dmesg`, then run again; what was finished is kept.")
    case .damaged: (.corrupt, "The file is damaged: `sluice fsck` says how badly.")
    case .busy: (.system, "Another program holds the database.")
    case .readOnly: (.system, "The file or its directory cannot be written to.")
    case .other: (.system, "")
    }
  }
}
