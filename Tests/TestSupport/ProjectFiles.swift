import Foundations

/// Where tests find what is part of the project.
package enum ProjectFiles {
  /// The project's directory.
  package static let root = Path.parent(Path.parent(Path.parent(Path.absolute(#filePath))))
  package static func fixture(_ name: String) -> String { "\(root)/Tests/Fixtures/\(name)" }
  /// A document of the main pipeline, as `scripts/setup-samples` gets it.
  package static func sample(_ name: String) -> String { "\(root)/samples/handbook/\(name)" }
  /// The directory of the local model; a test that needs it fails loudly when it is missing.
  package static let miniLM = "\(root)/models/all-MiniLM-L6-v2"

  /// Where a program lies that tests can do without; a test that needs it is skipped where it is not installed
  /// (`.enabled(if: ProjectFiles.program("dot") != nil, "…")`).
  package static func program(_ name: String) -> String? {
    (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }.first {
      FileSystem.exists($0)
    }
  }
}
