import Foundations
import Glibc

/// A small project in a directory of its own: write files, run the program, change one thing, and ask
/// exactly which items ran.
package final class World: Sendable {
  private let scratch: Scratch
  package let directory: String

  /// - Parameter directory: where it lies; a new one when not given.
  package init(_ files: [String: String] = [:], in directory: String? = nil) throws {
    scratch = try Scratch()
    self.directory = directory ?? scratch.directory
    for (name, text) in files { try write(name, text) }
  }

  /// A world with one pipeline.
  /// - Parameters:
  ///   - stages: a line for each, not indented.
  ///   - rest: what stands behind the stages in the pipeline's file.
  package convenience init(
    stages: String, of name: String = "w", rest: String = "", _ files: [String: String] = [:]
  ) throws {
    let lines = stages.split(separator: "\n").map { "  \($0)\n" }.joined()
    try self.init(
      files.merging(["pipelines/\(name).yaml": "pipeline: \(name)\nstages:\n\(lines)\(rest)\n"]) { own, _ in own })
  }

  package func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Writes a file, and waits until its times are old enough to be trusted.
  package func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  package func write(_ name: String, _ bytes: [UInt8]) throws {
    try FileSystem.makeDirectory(Path.parent(path(name)))
    try FileSystem.writeReplaceable(bytes, to: path(name))
  }

  package func remove(_ name: String) throws { try FileSystem.remove(path(name)) }
  package func exists(_ name: String) -> Bool { FileSystem.exists(path(name)) }
  package func read(_ name: String) throws -> String {
    String(decoding: try FileSystem.read(path(name)), as: UTF8.self)
  }

  /// Gives a file new times and the same content.
  package func touch(_ name: String) { utimes(path(name), nil) }

  /// Lets file times settle (see `FileDigestCache`).
  package func settle() { usleep(40_000) }

  /// Runs `sluice` with arguments.
  package func sluice(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
    try ProgramRun.run([BuiltProgram.path] + arguments, in: directory, environment: environment)
  }

  package func start(_ arguments: String..., environment: [String: String] = [:]) throws -> RunningProgram {
    try RunningProgram([BuiltProgram.path] + arguments, in: directory, environment: environment)
  }

  /// `sluice run` and what it did.
  package func run(_ arguments: String..., environment: [String: String] = [:]) throws -> WorldRun {
    settle()
    let program = try ProgramRun.run(
      [BuiltProgram.path, "run", "--json"] + arguments, in: directory, environment: environment)
    guard let result = program.json, let run = result["run"]?.int else {
      throw SluiceError(
        .system, "sluice run gave no result (\(program.ending.description)): \(program.errors) \(program.output)")
    }
    let log = try ProgramRun.run([BuiltProgram.path, "log", "--json", "\(run)"], in: directory)
    return WorldRun(exitCode: program.exitCode ?? -1, result: result, log: log.json ?? .null, errors: program.errors)
  }

  /// All published files with their bytes, by path.
  /// Changes a piece of the only pipeline file.
  package func rewrite(_ piece: String, _ replacement: String) throws {
    let names = try FileSystem.list(path("pipelines"))
    precondition(names.count == 1, "a world with one pipeline")
    let name = "pipelines/\(names[0])"
    try write(name, try read(name).replacing(piece, with: replacement))
  }

  package func published(_ pipeline: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let root = path("artifacts/published/\(pipeline)")
    guard FileSystem.exists(root) else { return [:] }
    for stage in try FileSystem.list(root) {
      for name in try FileSystem.list("\(root)/\(stage)") {
        files["\(stage)/\(name)"] = try FileSystem.read("\(root)/\(stage)/\(name)")
      }
    }
    return files
  }
}

/// What a run of a world did.
package struct WorldRun: Sendable {
  package let exitCode: Int32
  package let result: JSONValue
  package let log: JSONValue
  package let errors: String

  /// Numbers of a stage, as in `run --json`.
  package func stage(_ name: String) -> JSONValue {
    (result["stages"]?.array ?? []).first { $0["name"]?.string == name } ?? .null
  }
  package func state(_ name: String) -> String { stage(name)["state"]?.string ?? "missing" }
  package func done(_ name: String) -> Int { stage(name)["done"]?.int ?? -1 }

  /// Every item that was worked on: stage → ids with the reason, `id: reason`.
  package var worked: [String: [String]] {
    var worked: [String: [String]] = [:]
    for item in log["items"]?.array ?? [] {
      worked[item["stage"]?.string ?? "", default: []].append(
        "\(item["item"]?.string ?? ""): \(item["reason"]?.string ?? "")")
    }
    return worked.mapValues { $0.sorted() }
  }

  /// Whether nothing at all was worked on.
  package var didNoWork: Bool {
    worked.isEmpty && (result["stages"]?.array ?? []).allSatisfy { ($0["done"]?.int ?? 0) == 0 }
  }
}
