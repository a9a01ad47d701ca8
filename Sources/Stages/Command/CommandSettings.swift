import Foundations
import StageKit
import Store

/// What the three forms of a command have in common.
struct CommandSettings: Sendable {
  let template: CommandLineTemplate
  let inputs: [String]
  let isJSONLines: Bool
  let outputName: String
  let runner: CommandRunner
  let keyComponents: JSONObject
  let outputType: String
  private let files: FileDigestCache

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    template = CommandLineTemplate.of(try parameters.string("run"))
    inputs = try parameters.strings("inputs")
    isJSONLines = try parameters.string("output") == "jsonl"
    outputName = try parameters.string("output_name")
    if outputName.contains("/") || outputName.hasPrefix(".") || outputName.isEmpty {
      throw SluiceError(.usage, "'output_name' must be a plain file name, this is '\(outputName)'")
    }
    outputType = parameters.optionalString("output_type") ?? (isJSONLines ? "record" : "file")
    let names = try parameters.strings("env")
    for name in names where Environment[name] == nil {
      throw SluiceError(
        .usage, "the environment variable \(name) is not set",
        advice: "Set it before the run: export \(name)=…")
    }
    runner = CommandRunner(
      variables: names, directory: configuration.directory,
      timeout: try parameters.double("timeout"))
    var components = JSONObject()
    let files = try CommandPrograms.digests(template, inputs: inputs, configuration: configuration)
    if !files.isEmpty { components["files"] = .object(files) }
    if !names.isEmpty {
      // A digest, since a value may be a secret.
      components["env"] = .object(
        JSONObject(names.map { ($0, .string(Digest(of: Environment[$0] ?? "").hex)) }))
      for name in names where !["PATH", "HOME", "LANG"].contains(name) {
        Secrets.register(Environment[name] ?? "")
      }
    }
    keyComponents = components
    self.files = configuration.files
  }

  /// Looks at the project's files again after the program has run: a result of a script that was written meanwhile
  /// must not be remembered under the script as it was.
  func checkUnchanged() throws {
    for member in keyComponents["files"]?.object?.members ?? [] {
      let path = Path.join(runner.directory, member.key)
      guard let status = try FileSystem.status(path), status.isRegular else { continue }
      guard try files.digest(ofFile: path, status: status).hex == member.value.string else {
        throw ItemFailure(
          kind: "changed_meanwhile", message: "\(member.key) was written while the command ran; the next run does it again")
      }
    }
  }

  /// Reads what a program wrote into items: one file, or records.
  func items(_ path: String, id: (String) -> String, store: any ContentStore) throws -> [(
    id: String, record: JSONObject
  )] {
    guard FileSystem.exists(path) else {
      throw ItemFailure(
        kind: "no_output", message: "the command ended well but wrote nothing to {output}")
    }
    let bytes: [UInt8]
    do throws(SluiceError) { bytes = try FileSystem.read(path) } catch {
      throw ItemFailure(kind: "bad_output", message: error.message)
    }
    guard isJSONLines else {
      let digest = try store.put(bytes)
      return [
        (
          id(outputName),
          [
            "body": .string(digest.description), "bytes": JSONValue(bytes.count),
            "path": .string(outputName),
          ]
        )
      ]
    }
    var items: [(id: String, record: JSONObject)] = []
    for (index, line) in ByteSearch.lines(bytes).enumerated() where !line.isEmpty {
      do {
        guard let object = try JSONValue(parsing: Array(line)).object else {
          throw ItemFailure(
            kind: "bad_output", message: "line \(index + 1) of the output is not a JSON object")
        }
        items.append((id(object["id"]?.string ?? "\(index + 1)"), object))
      } catch let error as JSONParseError {
        throw ItemFailure(
          kind: "bad_output",
          message: "line \(index + 1) of the output is not JSON: \(error.reason)")
      }
    }
    return items
  }
}
