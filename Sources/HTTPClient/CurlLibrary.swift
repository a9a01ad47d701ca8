import CCurl
import Foundations

/// The installed libcurl.
package enum CurlLibrary {
  /// Opens it and gives its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    try InstalledLibrary.require("libcurl", package: "libcurl4", ccurl_load())
    return "libcurl is here"
  }
}
