import CQPDF
import Foundations

/// The installed qpdf.
package enum QPDFLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    try InstalledLibrary.require(
      "qpdf", package: "libqpdf29", without: "tables are found by alignment alone", cqpdf_load())
    return PopplerLibrary.resolvedName("libqpdf.so.29") ?? "libqpdf.so.29"
  }
}
