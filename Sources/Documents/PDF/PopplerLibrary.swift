import CPoppler
import Foundations
import Glibc

/// The installed poppler.
package enum PopplerLibrary {
  /// Opens it and gives its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    if let reason = cpoppler_load() {
      throw SluiceError(
        .missing, "poppler cannot be used: \(String(cString: reason))",
        advice: "Install it: apt-get install libpoppler-glib8")
    }
    return "poppler \(String(cString: cpoppler_version()))"
  }

  /// The file that a library's name leads to, as `libqpdf.so.29.3.0`, without opening it.
  static func resolvedName(_ library: String) -> String? { InstalledLibrary.resolvedName(library) }
}
