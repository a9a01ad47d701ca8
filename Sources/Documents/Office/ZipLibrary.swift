import CZip
import Foundations

/// The installed libzip.
package enum ZipLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    try InstalledLibrary.require(
      "libzip", package: "libzip4", without: "office documents and e-books are not read", czip_load())
    return InstalledLibrary.resolvedName("libzip.so.4") ?? InstalledLibrary.resolvedName("libzip.so.5") ?? "libzip"
  }
}
