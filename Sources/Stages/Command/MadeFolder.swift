import Foundations
import Store

/// Where a command writes what it makes.
struct MadeFolder {
  /// The file that the line calls `{output}`.
  let output: String
  private let scratch: String
  /// The folder that holds nothing else, when it needs one.
  private let own: String?
  private var isFresh = true

  /// - Parameters:
  ///   - name: of the output. One that could be that of a file which Sluice puts there gets a folder of its own.
  ///   - scratch: where the input and the messages are, and nothing else yet.
  init(for name: String, in scratch: String) {
    self.scratch = scratch
    own = Self.isOurs(name) || name.hasPrefix("made") ? Path.join(scratch, "made") : nil
    output = Path.join(own ?? scratch, name)
  }

  private static func isOurs(_ name: String) -> Bool { name.hasPrefix("input") || name.hasPrefix("stderr") }

  /// Makes room for a try: nothing of the try before stays.
  mutating func clear() throws(SluiceError) {
    if !isFresh {
      for name in try FileSystem.list(scratch) where !Self.isOurs(name) {
        try FileSystem.remove(Path.join(scratch, name))
      }
    }
    if let own { try FileSystem.makeDirectory(own) }
    isFresh = false
  }
}
