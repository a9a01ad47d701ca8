import Foundations
import Glibc
import TestSupport
import Testing

/// Numbers from outside have an answer, whatever they are.
struct CheckedNumberTests {
  @Test func conversions() {
    #expect(Int(clamping: 1e300) == .max && Int(clamping: -1e300) == .min && Int(clamping: Double.nan) == 0)
    #expect(Int(clamping: 1.9) == 1 && Int(clamping: -1.9) == -1)
    #expect(Int(clamping: Double.nan, to: 1...9) == 1 && Int(clamping: 99.0, to: 1...9) == 9)
    #expect(UInt64(clamping: -1.0) == 0 && UInt64(clamping: 1e30) == .max && UInt8(clamping: 255.9) == 255)
    #expect(Int32(checked: 2_147_483_648.0) == nil && Int32(checked: .nan) == nil && Int32(checked: -7.5) == -7)
    #expect(Int(checked: 10.0, in: 0...9) == nil)
    #expect(Int.max.adding(clamping: 1) == .max && Int.min.adding(clamping: -1) == .min && 1.adding(clamping: 2) == 3)
    #expect(Int.max.multiplied(clamping: -2) == .min && Int.min.multiplied(clamping: -1) == .max)
  }

  @Test func durationsAndSizes() {
    #expect(Units.seconds("9999999999999999h") == nil && Units.seconds("1000d") == 86_400_000)
    #expect(Units.bytes("9223372036854775807") == nil && Units.bytes("99999999999TB") == nil)
    #expect(Units.show(seconds: 1e30).isEmpty == false && Units.show(seconds: .nan).isEmpty == false)
    #expect(Timestamp(seconds: 1e300).rfc3339 == "9999-12-31T23:59:59Z")
    #expect(Timestamp(seconds: -1e300).rfc3339.hasSuffix("Z"))
  }

  /// Swift's own conversions, which end the program, do not compile where this module is imported: they are marked
  /// deprecated, and warnings are errors. This is the lint; the test makes sure that it bites.
  @Test func conversionsThatTrapDoNotCompile() throws {
    let scratch = try Scratch()
    let made = try ProgramRun.run(
      [
        "swiftc", "-emit-module", "-parse-as-library", "-module-name", "Foundations", "-package-name", "p",
        ProjectFiles.root + "/Sources/Foundations/CheckedNumbers.swift", "-o", scratch.path("Foundations.swiftmodule"),
      ], in: scratch.directory)
    try #require(made.exitCode == 0, "\(made.errors)")
    func compiles(_ expression: String) throws -> Bool {
      try FileSystem.writeReplaceable(
        Array("import Foundations\nfunc f(_ x: Double, _ y: Float, _ z: Int32) { _ = \(expression) }\n".utf8),
        to: scratch.path("probe.swift"))
      let run = try ProgramRun.run(
        ["swiftc", "-typecheck", "-warnings-as-errors", "-package-name", "p", "-I", ".", "probe.swift"],
        in: scratch.directory)
      return run.exitCode == 0
    }
    #expect(try compiles("(Int(z), Int(clamping: x), UInt64(checked: x), Int(exactly: x))"))
    for trap in ["Int(x)", "Int(x.rounded())", "UInt64(x * 1e9)", "Int32(y)", "Int(3 * y + 1)"] {
      #expect(try !compiles(trap), "\(trap) compiles")
    }
    // Every type has both marks.
    let source = String(
      decoding: try FileSystem.read(ProjectFiles.root + "/Sources/Foundations/CheckedNumbers.swift"), as: UTF8.self)
    for type in ["Int", "Int64", "Int32", "Int16", "Int8", "UInt", "UInt64", "UInt32", "UInt16", "UInt8"] {
      let start = try #require(source.firstRange(of: "extension \(type) {"))
      let body = source[start.upperBound...]
      let end = body.firstRange(of: "\n}")?.lowerBound ?? body.endIndex
      #expect(body[..<end].split(separator: "deprecated", omittingEmptySubsequences: false).count == 3, "\(type)")
    }
  }

  /// Files that do not import this module are not seen by that lint: they must not convert at all.
  @Test func noFileEscapesTheLint() throws {
    let pattern = ["Int(", "Int64(", "Int32(", "UInt64(", "UInt32("]
    var checked = 0
    for path in try Self.sources(ProjectFiles.root + "/Sources") where !path.contains("/Foundations/") {
      let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
      checked += 1
      if text.contains("import Foundations\n") { continue }
      for line in text.split(separator: "\n") where pattern.contains(where: { line.contains($0) }) {
        let isFloating = [".rounded(", "Double(", "Float(", "squareRoot", "ceil(", "floor("].contains {
          line.contains($0)
        }
        #expect(!isFloating, "\(path) converts a floating number without `import Foundations`: \(line)")
      }
    }
    #expect(checked > 300)
  }

  private static func sources(_ folder: String) throws -> [String] {
    try FileSystem.list(folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      if try FileSystem.status(path)?.isDirectory == true { return try sources(path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }
}
