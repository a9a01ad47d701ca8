import CCurl
import Foundations

/// The installed libcurl.
package enum CurlLibrary {
  /// Opens it and gives its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    if let reason = ccurl_load() {
      throw SluiceError(
        .missing, "libcurl cannot be used: \(String(cString: reason))",
        advice: "Install it: apt-get install libcurl4")
    }
    return "libcurl is here"
  }
}
