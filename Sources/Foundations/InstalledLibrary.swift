import Glibc

/// A shared library as it is installed.
package enum InstalledLibrary {
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
