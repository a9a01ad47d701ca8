import Foundations

/// The files of a local model and their digests, without reading 90 MB at each start.
package struct ModelFiles: Sendable {
  package let directory: String
  private let manifest: Manifest
  private let hash: @Sendable (String) throws -> Digest

  /// The directory of a model: a path (relative to the project), or a name under `$SLUICE_MODELS`, the
  /// project's `models/`, or `share/sluice/models` beside the installed program.
  package static func locate(_ model: String, project: String) -> String {
    if model.utf8.contains(UInt8(ascii: "/")) { return Path.join(project, model) }
    let places = folders(project: project).map { Path.join($0, model) }
    return places.first { FileSystem.exists($0) } ?? places[0]
  }

  /// Where models are looked for, in this order.
  package static func folders(project: String) -> [String] {
    if let named = Environment["SLUICE_MODELS"] { return [named] }
    let program = FileSystem.linkTarget("/proc/self/exe") ?? "/usr/local/bin/sluice"
    return [Path.join(project, "models"), Path.join(Path.parent(Path.parent(program)), "share/sluice/models")]
  }

  /// Reads the manifest that `scripts/setup-models` left, if there is one.
  /// - Parameter hash: gives the digest of a file that the manifest does not vouch for; a cache can stand here.
  /// - Throws: `.missing` when there is no such directory.
  package init(
    directory: String, hash: @escaping @Sendable (String) throws -> Digest = { Digest(of: try FileSystem.read($0)) }
  ) throws(SluiceError) {
    self.hash = hash
    guard FileSystem.exists(directory) else {
      throw SluiceError(
        .missing, "the model \(directory) is not there",
        advice:
          "Run `scripts/setup` of Sluice's sources, which installs all-MiniLM-L6-v2 into models/ (`make install` puts it beside the program), or let SLUICE_MODELS name the folder that holds it; or name another model or provider."
      )
    }
    self.directory = directory
    let path = Path.join(directory, "manifest.json")
    if FileSystem.exists(path) {
      manifest = try Self.read(path)
    } else {
      manifest = Manifest()
    }
  }

  package func path(_ name: String) -> String { Path.join(directory, name) }

  /// The file that holds the model's graph: OpenVINO's IR or ONNX.
  package func graph(_ precision: ModelPrecision = .fp32) throws(SluiceError) -> String {
    if precision == .int8 {
      for name in ["model.int8.xml", "model.int8.onnx"] where FileSystem.exists(path(name)) { return name }
      throw SluiceError(
        .missing, "\(directory) holds no model.int8.xml: the model was not quantized",
        advice: "Run `scripts/quantize-model \(directory)`, which takes some minutes once; or say precision: bf16.")
    }
    for name in ["model.xml", "model.onnx", "onnx/model.onnx"] where FileSystem.exists(path(name)) {
      return name
    }
    throw SluiceError(
      .missing, "\(directory) holds neither model.xml (OpenVINO) nor model.onnx",
      advice:
        "Run `scripts/setup`, or export the model: optimum-cli export onnx --model NAME \(directory)"
    )
  }

  /// The digest of a file: the manifest's, if size and time are still those that it names, else that
  /// of the bytes, by `hash`.
  package func digest(_ name: String) throws(SluiceError) -> Digest {
    let path = path(name)
    guard let status = try FileSystem.status(path) else {
      throw SluiceError(
        .missing, "the model's file \(path) is not there", advice: "Run `scripts/setup` again.")
    }
    if let entry = manifest.files?[name]?.wrappedValue, entry.size == Int(status.size),
      entry.modified == Int(status.modified)
    {
      return entry.digest
    }
    do { return try hash(path) } catch { throw SluiceError(wrapping: error) }
  }

  /// One digest over the graph and its weights.
  package func weights(_ precision: ModelPrecision = .fp32) throws(SluiceError) -> Digest {
    let graph = try graph(precision)
    var names = [graph]
    let stem = graph.hasSuffix(".xml") ? String(graph.dropLast(4)) + ".bin" : graph + "_data"
    for name in [stem, graph + ".data"] where FileSystem.exists(path(name)) { names.append(name) }
    var hasher = DigestHasher()
    for name in names {
      hasher.field(name)
      hasher.update(try digest(name))
    }
    return hasher.finalize()
  }

  /// What `scripts/setup-models` and their like leave beside a model. What cannot be read of it vouches for nothing.
  struct Manifest: Decodable {
    /// Of what was installed: OpenVINO's, in its own folder.
    @Lenient var version: String?
    @Lenient var files: [String: Lenient<File>]?

    struct File: Decodable {
      let digest: Digest
      let size: Int
      /// Nanoseconds since 1970.
      let modified: Int

      enum CodingKeys: String, CodingKey {
        case size
        case digest = "sha256"
        case modified = "mtime_ns"
      }
    }
  }

  /// What one of the model's files says, which is a JSON object; `nil` when there is no such file.
  package func read<T: Decodable>(_ name: String, as type: T.Type = T.self) throws(SluiceError) -> T? {
    FileSystem.exists(path(name)) ? try Self.read(path(name)) : nil
  }

  static func read<T: Decodable>(_ path: String, as type: T.Type = T.self) throws(SluiceError) -> T {
    let object = try readObject(path)
    do { return try object.decoded() } catch { throw SluiceError(.badInput, "\(path) cannot be used: \(error)") }
  }

  static func readObject(_ path: String) throws(SluiceError) -> JSONObject {
    let bytes = try FileSystem.read(path, limit: 100_000_000)
    do {
      if let object = try JSONValue(parsing: bytes).object { return object }
    } catch {
      throw SluiceError(.badInput, "\(path) is \(error)")
    }
    throw SluiceError(.badInput, "\(path) is not a JSON object")
  }
}
