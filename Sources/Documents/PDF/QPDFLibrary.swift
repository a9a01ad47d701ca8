import CQPDF
import Foundations

/// The installed qpdf.
package enum QPDFLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  package static func version() throws(SluiceError) -> String {
    if let reason = cqpdf_load() {
      throw SluiceError(
        .missing, "qpdf cannot be used, tables are found by alignment alone: \(String(cString: reason))",
        advice: "Install it: apt-get install libqpdf29")
    }
    return PopplerLibrary.resolvedName("libqpdf.so.29") ?? "libqpdf.so.29"
  }
}
