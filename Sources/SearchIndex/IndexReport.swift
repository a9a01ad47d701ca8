import Foundations
import Models
import SQLite

extension SQLiteReport {
  /// How errors of an index are told.
  static let index = SQLiteReport(subject: "the index ") { trouble in
    switch trouble {
    case .full:
      (.vectorStoreError, "The disk is full: make room and run again; the published index was not touched.")
    case .damaged:
      (.vectorStoreError, "Run the pipeline again; it makes the index anew when the old one cannot be read.")
    case .input, .busy, .readOnly, .other: (.vectorStoreError, "")
    }
  }
}
