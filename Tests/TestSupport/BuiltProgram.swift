import Foundations
import Glibc

/// The program that was built together with the tests.
package enum BuiltProgram {
  /// The path of `sluice`, beside the test bundle.
  package static let path: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for directory in [Path.parent(own), Path.join(Path.workingDirectory, ".build/debug")] {
      if FileSystem.exists(directory + "/sluice") { return directory + "/sluice" }
    }
    return "sluice"
  }()
}
