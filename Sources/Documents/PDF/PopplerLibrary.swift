import CPoppler
import Foundations
import Glibc

/// The installed poppler.
package enum PopplerLibrary {
  /// Opens it and gives its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    try InstalledLibrary.require("poppler", package: "libpoppler-glib8", cpoppler_load())
    return "poppler \(String(cString: cpoppler_version()))"
  }

  /// The file that a library's name leads to, as `libqpdf.so.29.3.0`, without opening it.
  static func resolvedName(_ library: String) -> String? { InstalledLibrary.resolvedName(library) }
}
