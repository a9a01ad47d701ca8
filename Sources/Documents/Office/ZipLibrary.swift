import CZip
import Foundations

/// The installed libzip.
package enum ZipLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    if let reason = czip_load() {
      throw SluiceError(
        .missing, "libzip cannot be used, office documents and e-books are not read: \(String(cString: reason))",
        advice: "Install it: apt-get install libzip4")
    }
    return InstalledLibrary.resolvedName("libzip.so.4") ?? InstalledLibrary.resolvedName("libzip.so.5") ?? "libzip"
  }
}
