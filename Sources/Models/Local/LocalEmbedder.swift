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
  /// `CPU` or `GPU`.
  package let device: String
  /// Why it is not the GPU that is there; `nil`: nothing is amiss.
  package let deviceWarning: String?
  private let encoder: Encoder
  private let tokenizer: any Tokenizer
  private let settings: EncoderSettings
  private let prefixes: TextPrefixes
  private let width: Int
  private let threads: Int

  private static let step = 16

  /// Loads a model: model.xml or model.onnx, tokenizer.json, config.json, and sentence-transformers' pooling.json and
  /// sentence_bert_config.json (about 0.3 s).
  /// - Parameters:
  ///   - threads: texts computed at the same time; does not change the vectors.
  ///   - isTested: whether the model must first give the vectors that its `self_test.json` names.
  package init(_ model: LocalModel, threads: Int, isTested: Bool = true) throws(SluiceError) {
    let files = try ModelFiles(directory: model.directory)
    settings = try EncoderSettings(files)
    prefixes = model.prefixes(settings)
    passport = try model.passport(files, settings)
    width = passport.dimensions
    try OpenVINORuntime.open(besideModel: model.directory)
    tokenizer = try Tokenizers.load(directory: model.directory)
    self.threads = max(1, threads)
    let graph = files.path(try files.graph(model.precision))
    (encoder, device, deviceWarning) = try Self.load(graph, model, threads: self.threads)
    if isTested { try SelfTest(files)?.check(model) { text throws(SluiceError) in try vector(text).values } }
  }

  private static func load(_ graph: String, _ model: LocalModel, threads: Int) throws(SluiceError) -> (
    Encoder, device: String, warning: String?
  ) {
    func encoder(_ device: String) throws(SluiceError) -> Encoder {
      try Encoder(graph: graph, device: device, precision: model.precision, threads: threads)
    }
    switch model.device {
    case .cpu: return (try encoder("CPU"), "CPU", nil)
    case .gpu: return (try encoder("GPU"), "GPU", nil)
    case .auto:
      let reason: String
      do throws(SluiceError) { return (try encoder("GPU"), "GPU", nil) } catch { reason = error.message }
      // Most machines have none: nothing to say there.
      let hasGPU = FileSystem.exists("/dev/dri/renderD128")
      return (try encoder("CPU"), "CPU", hasGPU ? "there is a GPU, but the CPU computes: \(reason)" : nil)
    }
  }

  package func embed(_ texts: [String], as role: TextRole) throws(SluiceError) -> [EmbeddingOutcome] {
    let prefix = prefixes.prefix(of: role)
    let outcomes = Mutex([EmbeddingOutcome?](repeating: nil, count: texts.count))
    // The longest first, so that no thread is left alone with a long one at the end.
    let order = texts.indices.sorted { (texts[$1].utf8.count, $0) < (texts[$0].utf8.count, $1) }
    do {
      try Parallel.forEach(count: texts.count, threads: threads, grain: 1) { [self] position in
        let index = order[position]
        let embedded = try vector(prefix + texts[index])
        outcomes.withLock { $0[index] = .vector(embedded) }
      }
    } catch {
      throw SluiceError(wrapping: error)
    }
    return outcomes.withLock { $0.compactMap { $0 } }
  }

  private func vector(_ text: String) throws(SluiceError) -> EmbeddedText {
    let tokens = tokenizer.encodeForModel(text, maxLength: settings.maxLength)
    let real = tokens.ids.count
    let length = max(1, min(settings.maxLength, (real + Self.step - 1) / Self.step * Self.step))
    let row = tokens.ids + Array(repeating: tokenizer.frame.padding, count: max(0, length - real))
    let values = try encoder.run(tokens: row, real: real) { pool($0, real: real) }
    guard let values else {
      throw SluiceError(
        .badInput, "the model does not give the \(settings.dimensions) dimensions that its configuration says")
    }
    return EmbeddedText(values: values, droppedTokens: tokens.dropped)
  }

  /// The vector, of length 1; `nil` when the model's is of another width.
  private func pool(_ output: Encoder.Output, real: Int) -> [Float]? {
    guard output.width == settings.dimensions, output.rows > 0 else { return nil }
    var vector = [Float](unsafeUninitializedCapacity: output.width) { buffer, count in
      let out = buffer.baseAddress!
      let rows = min(output.rows, real)
      if output.isPooled {
        out.initialize(from: output.values, count: output.width)
      } else {
        switch settings.pooling {
        case .mean: kernels_mean(output.values, rows, output.width, out)
        case .cls: out.initialize(from: output.values, count: output.width)
        case .last: out.initialize(from: output.values + (rows - 1) * output.width, count: output.width)
        }
      }
      count = output.width
    }
    if width < vector.count { vector.removeLast(vector.count - width) }
    _ = vector.withUnsafeMutableBufferPointer { kernels_normalize($0.baseAddress, $0.count) }
    return vector
  }
}
