import Foundations

/// Where tests find what is part of the project.
package enum ProjectFiles {
  /// The project's directory.
  package static let root = Path.parent(Path.parent(Path.parent(Path.absolute(#filePath))))
  package static func fixture(_ name: String) -> String { "\(root)/Tests/Fixtures/\(name)" }
  /// The directory of the local model; a test that needs it fails loudly when it is missing.
  package static let miniLM = "\(root)/models/all-MiniLM-L6-v2"
}
