import Glibc

/// A shared library as it is installed.
package enum InstalledLibrary {
  /// Makes sure that a library that is opened on first use can be.
  /// - Parameters:
  ///   - name: as messages have it.
  ///   - package: Debian's, which installs it.
  ///   - without: what is missing with it.
  ///   - reason: why it cannot be opened.
  /// - Throws: `SluiceError.missing` when there is a reason.
  package static func require(
    _ name: String, package: String, without: String = "", _ reason: UnsafePointer<CChar>?
  ) throws(SluiceError) {
    guard let reason else { return }
    throw SluiceError(
      .missing, "\(name) cannot be used\(without.isEmpty ? "" : ", \(without)"): \(String(cString: reason))",
      advice: "Install it: apt-get install \(package)")
  }

  /// The name of the file behind a library's name, which has its version: `libqpdf.so.29` → `libqpdf.so.29.3.2`; `nil`
  /// when it is at none of the usual places.
  package static func resolvedName(_ library: String) -> String? {
    let places = [
      "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/usr/lib64", "/usr/lib",
    ]
    for place in places {
      guard let resolved = realpath(place + "/" + library, nil) else { continue }
      defer { free(resolved) }
      return Path.name(String(cString: resolved))
    }
    return nil
  }
}
