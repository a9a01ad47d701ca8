import CArchive
import Foundations

/// The installed libarchive.
package enum ArchiveLibrary {
  /// Opens it and gives the name of its file, which has its version.
  /// - Throws: `SluiceError.missing` when it cannot be used.
  @discardableResult
  package static func version() throws(SluiceError) -> String {
    try InstalledLibrary.require(
      "libarchive", package: "libarchive13", without: "backups are neither written nor read", carchive_load())
    return InstalledLibrary.resolvedName("libarchive.so.13") ?? "libarchive"
  }
}
