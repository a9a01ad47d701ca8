import Foundations
import Glibc

/// A directory for one test, removed when the test lets go of it.
package final class Scratch: Sendable {
  package let directory: String

  package init() throws {
    directory = Path.temporaryName(besides: "/tmp/sluice-test")
    try FileSystem.makeDirectory(directory)
  }

  package func path(_ name: String) -> String { "\(directory)/\(name)" }

  deinit { try? FileSystem.remove(directory) }
}
