import CKernels
import Foundations
import Synchronization
import Tokenization

/// Embeds texts with a model on this machine.
///
/// Each text is computed by itself, padded to the next multiple of 16 tokens: its vector depends on
/// nothing else, neither its neighbours nor the number of threads, bit for bit.
package final class LocalEmbedder: TextEmbedder {
  package let passport: VectorPassport
  private let encoder: Encoder
  private let tokenizer: any Tokenizer
  private let settings: EncoderSettings
  private let threads: Int

  private static let precision = "f32"
  private static let step = 16

  /// Loads the model in `directory`: model.xml or model.onnx, tokenizer.json, config.json, and
  /// sentence-transformers' pooling.json and sentence_bert_config.json (about 0.3 s).
  /// - Parameters:
  ///   - name: what the passport calls it; the directory's name when `nil`.
  ///   - threads: texts computed at the same time; does not change the vectors.
  package init(directory: String, name: String? = nil, threads: Int) throws(SluiceError) {
    let files = try ModelFiles(directory: directory)
    settings = try EncoderSettings(files)
    passport = try Self.passport(files, name, settings)
    try OpenVINORuntime.open(besideModel: directory)
    tokenizer = try Tokenizers.load(directory: directory)
    self.threads = max(1, threads)
    encoder = try Encoder(
      graph: files.path(try files.graph()), precision: Self.precision, threads: self.threads)
  }

  /// The passport of the model in `directory`, without loading it (milliseconds).
  /// - Parameter hash: as in `ModelFiles`.
  package static func passport(
    directory: String, name: String? = nil,
    hash: @escaping @Sendable (String) throws -> Digest = { Digest(of: try FileSystem.read($0)) }
  ) throws(SluiceError) -> VectorPassport {
    let files = try ModelFiles(directory: directory, hash: hash)
    return try passport(files, name, try EncoderSettings(files))
  }

  private static func passport(_ files: ModelFiles, _ name: String?, _ settings: EncoderSettings)
    throws(SluiceError)
    -> VectorPassport
  {
    VectorPassport([
      "provider": "local",
      "model": .string(name ?? Path.name(files.directory)),
      "weights": .string(try files.weights().description),
      "tokenizer": .string(try files.digest(Tokenizers.fileName).description),
      "dim": JSONValue(settings.dimensions),
      "pooling": .string(settings.pooling.rawValue),
      "normalization": "l2",
      "precision": .string(precision),
      "max_length": JSONValue(settings.maxLength),
      "runtime": .string(
        "openvino \(try OpenVINORuntime.installedVersion(besideModel: files.directory))"),
    ])
  }

  package func embed(_ texts: [String]) throws(SluiceError) -> [EmbeddingOutcome] {
    let outcomes = Mutex([EmbeddingOutcome?](repeating: nil, count: texts.count))
    // The longest first, so that no thread is left alone with a long one at the end.
    let order = texts.indices.sorted { (texts[$1].utf8.count, $0) < (texts[$0].utf8.count, $1) }
    do {
      try Parallel.forEach(count: texts.count, threads: threads, grain: 1) { [self] position in
        let index = order[position]
        let embedded = try embed(texts[index])
        outcomes.withLock { $0[index] = .vector(embedded) }
      }
    } catch {
      throw SluiceError(wrapping: error)
    }
    return outcomes.withLock { $0.compactMap { $0 } }
  }

  private func embed(_ text: String) throws(SluiceError) -> EmbeddedText {
    let tokens = tokenizer.encodeForModel(text, maxLength: settings.maxLength)
    let real = tokens.ids.count
    let length = min(settings.maxLength, (real + Self.step - 1) / Self.step * Self.step)
    let row = tokens.ids + Array(repeating: tokenizer.frame.padding, count: max(0, length - real))
    let values = try encoder.run(tokens: row, real: real) { states, rows, width in
      pool(states, rows: min(rows, real), width: width)
    }
    guard values.count == settings.dimensions else {
      throw SluiceError(
        .badInput,
        "the model gives \(values.count) dimensions, its configuration says \(settings.dimensions)")
    }
    return EmbeddedText(values: values, droppedTokens: tokens.dropped)
  }

  private func pool(_ states: UnsafePointer<Float>, rows: Int, width: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: width) { buffer, count in
      let out = buffer.baseAddress!
      switch settings.pooling {
      case .mean: kernels_mean(states, rows, width, out)
      case .cls: out.initialize(from: states, count: width)
      case .last: out.initialize(from: states + (rows - 1) * width, count: width)
      }
      kernels_normalize(out, width)
      count = width
    }
  }
}
