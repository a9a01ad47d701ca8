import Glibc

/// A folder of one's own with a short path, below `/tmp`, removed when it goes.
package struct TemporaryFolder: ~Copyable {
  /// Where it is.
  package let path: String

  /// Makes a folder that nobody else may enter.
  package init() throws(SluiceError) {
    var template = Array("/tmp/sluice-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileSystem.systemError("make", "a temporary folder") }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // What cannot be removed is the system's to sweep.
  deinit { try? FileSystem.remove(path) }
}
