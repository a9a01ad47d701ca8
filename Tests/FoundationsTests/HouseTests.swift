import Foundations
import TestSupport
import Testing

/// The walls of the house: what Package.swift says that a target uses is what its files import, and nothing points upwards.
@Suite struct HouseTests {
  /// From the ground up; a target may use those of the rows before its own, and of its own row those that stand before it.
  private static let rows: [[String]] = [
    ["Foundations"], ["Formats", "SQLite"], ["Manifest", "Store"], ["StageKit"], ["Planning"], ["Engine"],
    [
      "HTTPClient", "Governor", "Workers", "Documents", "Web", "Tokenization", "Models", "SearchIndex", "VectorStores",
      "Clustering", "Evidence", "Stages",
    ], ["Views"], ["SluiceCLI"], ["sluice", "search-bench"],
  ]
  /// What services may use besides what carries all: nothing of the runner but the files' checked values.
  private static let services: Set<String> = [
    "HTTPClient", "Governor", "Workers", "Web", "Documents", "Tokenization", "Models", "SearchIndex", "VectorStores",
    "Clustering", "Evidence",
  ]
  private static let ofTheRunner: Set<String> = ["Store", "StageKit", "Planning", "Engine"]

  private static func sources(_ folder: String) throws -> [String] {
    try FileSystem.list(folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      if try FileSystem.status(path)?.isDirectory == true { return try sources(path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }

  /// Target → dependencies, as the manifest of the package has them.
  private static func declared() throws -> [String: Set<String>] {
    let text = String(decoding: try FileSystem.read(ProjectFiles.root + "/Package.swift"), as: UTF8.self)
    var result: [String: Set<String>] = [:]
    let start = try #require(text.firstRange(of: "let libraries: [Target]"))
    let end = try #require(text.firstRange(of: "let testSupport"))
    for part in text[start.upperBound..<end.lowerBound].split(separator: "arget(").dropFirst() {
      let quoted = part.split(separator: "\"", omittingEmptySubsequences: false)
      let names = stride(from: 1, to: quoted.count, by: 2).map { String(quoted[$0]) }
      let name = try #require(names.first)
      result[name] = Set(names.dropFirst())
    }
    return result
  }

  private static func imported(by target: String) throws -> Set<String> {
    var result: Set<String> = []
    for path in try sources(ProjectFiles.root + "/Sources/\(target)") {
      for line in ByteSearch.lines(try FileSystem.read(path)) {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        if let place = words.firstIndex(of: "import"), place < 2, place + 1 < words.count {
          result.insert(String(words[place + 1]))
        }
      }
    }
    return result
  }

  @Test func importsAndThePackageAgree() throws {
    let declared = try Self.declared()
    #expect(Set(declared.keys) == Set(Self.rows.joined()))
    let ours = Set(declared.keys).union(
      try FileSystem.list(ProjectFiles.root + "/Sources").filter { $0.hasPrefix("C") })
    for (target, dependencies) in declared {
      let imported = try Self.imported(by: target).intersection(ours).subtracting([target])
      #expect(
        imported == dependencies,
        "\(target): undeclared \(imported.subtracting(dependencies).sorted()), unused \(dependencies.subtracting(imported).sorted())"
      )
    }
  }

  @Test func nothingPointsUpwards() throws {
    let order = Array(Self.rows.joined())
    for (target, dependencies) in try Self.declared() {
      let place = try #require(order.firstIndex(of: target))
      for dependency in dependencies where !dependency.hasPrefix("C") || order.contains(dependency) {
        let below = try #require(order.firstIndex(of: dependency), "\(dependency)")
        #expect(below < place, "\(target) uses \(dependency), which stands above it")
      }
      if Self.services.contains(target) {
        #expect(dependencies.isDisjoint(with: Self.ofTheRunner), "\(target) is a service and knows the runner")
      }
    }
  }
}
