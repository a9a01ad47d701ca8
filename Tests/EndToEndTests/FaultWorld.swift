import Foundations
import Glibc
import TestSupport

/// A world with a bit of everything that writes: a source, item stages, a collection stage with files
/// large enough to be objects of their own, published files.
struct FaultWorld {
  static let pipeline = """
    pipeline: w
    stages:
      src:    {uses: import, with: {path: "in/*.txt"}}
      lean:   {uses: filter, needs: src, with: {drop: [bytes]}, publish: true}
      upper:  {run: "tr a-z A-Z", needs: src, with: {mode: item}}
      big:    {run: "for i in 1 2 3 4 5 6 7 8; do cat {input}/*; done > {output}", needs: upper}
      count:  {run: "cat {input}/* | wc -l", needs: src}
    """

  static let settings = ["pipelines/w.yaml": pipeline]

  /// Twelve files of a few KB each; `version` changes some of them.
  static func fill(_ world: World, version: Int) throws {
    for number in 10..<22 {
      let word = number % 7 == version % 7 ? "version \(version)" : "text"
      try world.write("in/\(number).txt", String(repeating: "\(word) of \(number)\n", count: 300))
    }
    if version > 0 { try world.remove("in/\(10 + version).txt") }
  }

  /// What is published after an undisturbed run of each version, one after the other.
  static func undisturbed(versions: Int) throws -> [[String: [UInt8]]] {
    let world = try World(settings)
    return try (0..<versions).map { version in
      try fill(world, version: version)
      let run = try world.run()
      guard run.exitCode == 0 else { throw SluiceError(.system, "the undisturbed run failed: \(run.errors)") }
      return try world.published("w")
    }
  }
}
