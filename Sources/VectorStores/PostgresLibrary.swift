import CPostgres
import Foundations

/// PostgreSQL's installed client library.
package enum PostgresLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    try InstalledLibrary.require("libpq, PostgreSQL's client library,", package: "libpq5", postgres_open())
    return InstalledLibrary.resolvedName("libpq.so.5") ?? "libpq.so.5"
  }
}
