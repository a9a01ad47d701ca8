import CXML2
import Foundations

/// The installed libxml2.
package enum XMLLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    if let reason = cxml2_load() {
      throw SluiceError(
        .missing,
        "libxml2 cannot be used, office documents, e-books, feeds and sitemaps are not read: \(String(cString: reason))",
        advice: "Install it: apt-get install libxml2")
    }
    return InstalledLibrary.resolvedName("libxml2.so.2") ?? "libxml2.so.2"
  }
}
