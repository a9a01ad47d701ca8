import CPostgres
import Foundations

/// PostgreSQL's installed client library.
package enum PostgresLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    if let reason = postgres_open() {
      throw SluiceError(
        .missing, "libpq, PostgreSQL's client library, cannot be opened: \(String(cString: reason))",
        advice: "Install it: apt-get install libpq5")
    }
    return InstalledLibrary.resolvedName("libpq.so.5") ?? "libpq.so.5"
  }
}
