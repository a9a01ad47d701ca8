import Foundations
import Glibc
import StageKit
import Store
import Synchronization

/// The programs and files that a command line names. Their content is part of the key: a changed script is a changed
/// stage.
struct CommandFiles: Sendable {
  struct File: Sendable {
    /// As it is written.
    let name: String
    let path: String
    let digest: Digest
  }

  private var names: Set<ExactText> = []
  /// Files of the project (and others that the line names), by name.
  private(set) var files: [File] = []
  /// Programs that are found in PATH.
  private(set) var programs: [File] = []
  /// Programs that are named and not found: sh will not find them either.
  private(set) var missing: [String] = []
  /// The files of `inputs`, in their order, seen from the project.
  private(set) var inputs: [String] = []
  /// What cannot be seen from the line.
  private(set) var gaps: [ShellReading.Gap]
  let cache: FileDigestCache
  /// Files that the command itself writes, as was seen when it ran.
  let own = OwnFiles()

  /// What was found when the run was planned, once for a process: a run is one moment. What changes later is noticed by
  /// `look`.
  private static let found = Mutex<[String: Found]>([:])

  private struct Found {
    var isDirectory = false
    /// `nil`: there is no such file.
    var digest: Digest?
  }

  init(_ reading: ShellReading, inputs: [String], tools: [String], configuration: StageConfiguration) throws {
    gaps = reading.gaps
    cache = configuration.files
    let directory = configuration.directory
    for program in reading.programs {
      if let path = Self.program(program, in: directory) {
        try add(program: program, path)
      } else if !ShellWords.belongToShell(program) {
        missing.append(program)
      }
    }
    for tool in tools { try add(tool: tool, directory) }
    for input in inputs { try add(input: input, directory) }
    for name in reading.names { try add(name, directory) }
  }

  private mutating func add(program: String, _ path: String) throws {
    guard !programs.contains(where: { $0.name == program }), let digest = try Self.look(path, cache).digest else {
      return
    }
    programs.append(File(name: program, path: path, digest: digest))
  }

  private mutating func add(file: String, _ path: String, _ digest: Digest) {
    if names.insert(ExactText(file)).inserted { files.append(File(name: file, path: path, digest: digest)) }
  }

  private mutating func add(tool: String, _ directory: String) throws {
    if let path = Self.program(tool, in: directory) { return try add(program: tool, path) }
    let path = Path.join(directory, tool)
    guard let digest = try Self.look(path, cache).digest else {
      throw SluiceError(
        .usage, "the tool '\(tool)' does not exist",
        advice: "'tools' are programs in PATH, or files seen from the project.")
    }
    add(file: tool, path, digest)
  }

  private mutating func add(input: String, _ directory: String) throws {
    let path = Path.join(directory, input)
    guard let status = try FileSystem.status(path) else {
      let matches = Glob.isPattern(input) ? try Glob.files(input, in: directory) : []
      guard !matches.isEmpty else {
        throw SluiceError(
          .usage, "the input file '\(input)' does not exist",
          advice: "'inputs' are files or globs, seen from the project.")
      }
      for match in matches { try add(input: match.path, directory) }
      return
    }
    if status.isDirectory {
      throw SluiceError(
        .usage, "the input '\(input)' is a directory; 'inputs' must be files",
        advice: "An `import` stage reads folders; here \(input)/** stands for all files in it.")
    }
    inputs.append(input)
    add(file: input, path, try cache.digest(ofFile: path, status: status))
  }

  private mutating func add(_ name: ShellReading.Name, _ directory: String) throws {
    for folder in name.folders {
      let seen = Path.join(folder, name.text)
      let path = Path.join(directory, seen)
      // What the system makes up while it is read is no input that stays.
      if ["/proc/", "/sys/", "/dev/"].contains(where: { path.hasPrefix($0) }) { continue }
      let found = try Self.look(path, cache)
      if let digest = found.digest {
        add(file: seen, path, digest)
      } else if found.isDirectory, name.isWhole {
        let gap = ShellReading.Gap(kind: .file, text: "the files in the folder \(seen)")
        if !gaps.contains(gap) { gaps.append(gap) }
      } else if name.isPattern, Glob.isPattern(name.text) {
        for match in (try? Glob.files(seen, in: directory)) ?? [] {
          let path = Path.join(directory, match.path)
          if let digest = try Self.look(path, cache).digest { add(file: match.path, path, digest) }
        }
      }
    }
  }

  private static func look(_ path: String, _ cache: FileDigestCache) throws -> Found {
    if let known = found.withLock({ $0[path] }) { return known }
    var result = Found()
    // A name that no file can have (too long, through a file) is no file.
    if let status = (try? FileSystem.status(path)) ?? nil {
      result.isDirectory = status.isDirectory
      if status.isRegular { result.digest = try cache.digest(ofFile: path, status: status) }
    }
    let settled = result
    found.withLock { $0[path] = settled }
    return result
  }

  private static let paths = Mutex<[String: String?]>([:])

  /// Where sh finds a program: in PATH, never in the project.
  static func program(_ name: String, in directory: String) -> String? {
    if let known = paths.withLock({ $0[name] }) { return known }
    let path = lookUp(name, in: directory)
    paths.withLock { $0[name] = .some(path) }
    return path
  }

  private static func lookUp(_ name: String, in directory: String) -> String? {
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
    return (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false).lazy.map {
      Path.join(directory, "\($0.isEmpty ? "." : $0)/\(name)")
    }.first { path in
      access(path, X_OK) == 0 && ((try? FileSystem.status(path)) ?? nil)?.isRegular == true
    }
  }

  /// As part of a key.
  var components: JSONObject {
    var components = JSONObject()
    func add(_ name: String, _ files: [File]) {
      if !files.isEmpty { components[name] = .object(JSONObject(files.map { ($0.name, .string($0.digest.hex)) })) }
    }
    add("files", files)
    add("programs", programs)
    return components
  }
}
