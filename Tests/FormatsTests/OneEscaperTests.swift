import Foundations
import TestSupport
import Testing

/// A second escaper for a context is one that will forget something.
struct OneEscaperTests {
  private static func sources(_ folder: String) throws -> [String] {
    try FileSystem.list(folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      if try FileSystem.status(path)?.isDirectory == true { return try sources(path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }

  @Test func contextsHaveOneEach() throws {
    // What is written for a character in each context; nobody else has a reason to write it.
    let marks = ["\"&lt;\"", "\"&quot;\"", "\\\\u003c", "\"#quot;\"", "\"\\u{1B}["]
    let mayEscape = ["/Formats/", "/SluiceCLI/Display/Style.swift", "/SluiceCLI/Display/Output.swift"]
    var checked = 0
    for path in try Self.sources(ProjectFiles.root + "/Sources") {
      checked += 1
      guard !mayEscape.contains(where: { path.contains($0) }) else { continue }
      let bytes = try FileSystem.read(path)
      for mark in marks {
        let isThere = ByteSearch.range(of: Array(mark.utf8), in: bytes) != nil
        #expect(!isThere, "\(path) escapes by itself: \(mark)")
      }
    }
    #expect(checked > 300)
  }
}
