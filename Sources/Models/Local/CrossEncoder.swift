import Foundations
import Synchronization
import Tokenization

/// A cross-encoder on this machine: ONNX or OpenVINO's IR with tokenizer.json and config.json, such as
/// ms-marco-MiniLM or bge-reranker. A score is the model's logit (of two classes: what the second has over the first).
package final class CrossEncoder: TextReranker {
  package let name: String
  private let encoder: Encoder
  private let tokenizer: any Tokenizer
  private let frame: PairFrame
  private let limit: Int
  private let threads: Int

  private static let step = 16

  /// - Parameter directory: of the model (see `ModelFiles.locate`).
  package init(directory: String, threads: Int) throws(SluiceError) {
    let files = try ModelFiles(directory: directory)
    name = Path.name(directory)
    guard let config = try files.read(ModelConfig.fileName, as: ModelConfig.self), Self.isReranker(config) else {
      throw SluiceError(
        .badInput, "\(directory) is no re-ranker: its config.json names no …ForSequenceClassification",
        advice:
          "Cross-encoders are, such as cross-encoder/ms-marco-MiniLM-L-6-v2 and BAAI/bge-reranker-v2-m3, exported to ONNX."
      )
    }
    limit = max(8, Self.limit(config, try files.read("tokenizer_config.json")))
    try OpenVINORuntime.open(besideModel: directory)
    tokenizer = try Tokenizers.load(directory: directory)
    frame = try PairFrame(file: files.path(Tokenizers.fileName))
    self.threads = max(1, threads)
    encoder = try Encoder(graph: files.path(try files.graph(.fp32)), precision: .fp32, threads: self.threads)
  }

  private static func isReranker(_ config: ModelConfig) -> Bool {
    config.architectures.contains { $0.hasSuffix("ForSequenceClassification") }
  }

  private struct TokenizerConfig: Decodable {
    /// Some name 10^30 for "no limit", which is no number here.
    @Lenient var maxLength: Int?

    enum CodingKeys: String, CodingKey { case maxLength = "model_max_length" }
  }

  /// How many tokens it reads. RoBERTa's positions begin at 2.
  private static func limit(_ config: ModelConfig, _ tokenizer: TokenizerConfig?) -> Int {
    let positions = config.maxPositions ?? 512
    let offset = config.modelType?.contains("roberta") == true ? 2 : 0
    return min(positions - offset, tokenizer?.maxLength ?? positions)
  }

  /// The re-ranker to take when none is named: the first by name among the installed models.
  /// - Throws: `.missing` when none is installed.
  package static func installed(project: String) throws(SluiceError) -> String {
    let folder = Path.parent(ModelFiles.locate("-", project: project))
    for name in ((try? FileSystem.list(folder)) ?? []).sorted() {
      let path = Path.join(folder, "\(name)/\(ModelConfig.fileName)")
      if FileSystem.exists(path), let config = try? ModelFiles.read(path, as: ModelConfig.self), isReranker(config) {
        return Path.join(folder, name)
      }
    }
    throw SluiceError(
      .missing, "there is no re-ranker in \(folder)",
      advice:
        "Put a cross-encoder's ONNX export there: optimum-cli export onnx --model cross-encoder/ms-marco-MiniLM-L-6-v2 \(folder)/ms-marco; or name one: --rerank-model path/to/it"
    )
  }

  package func score(_ question: String, _ texts: [String]) throws(SluiceError) -> [Double] {
    let asked = tokenizer.encode(question)
    let scores = Mutex([Double](repeating: 0, count: texts.count))
    do {
      try Parallel.forEach(count: texts.count, threads: threads, grain: 1) { [self] index in
        let score = try self.score(asked, tokenizer.encode(texts[index]))
        scores.withLock { $0[index] = score }
      }
    } catch { throw SluiceError(wrapping: error) }
    return scores.withLock { $0 }
  }

  private func score(_ question: [Int32], _ text: [Int32]) throws(SluiceError) -> Double {
    let (tokens, types) = frame.frame(question, text, limit: limit)
    let filling = max(0, min(limit, (tokens.count + Self.step - 1) / Self.step * Self.step) - tokens.count)
    let logits = try encoder.run(
      tokens: tokens + repeatElement(tokenizer.frame.padding, count: filling),
      types: types + repeatElement(0, count: filling), real: tokens.count
    ) { output in (0..<output.rows * output.width).map { Double(output.values[$0]) } }
    switch logits.count {
    case 1: return logits[0]
    case 2: return logits[1] - logits[0]
    default:
      throw SluiceError(
        .badInput, "the model \(name) gives \(logits.count) numbers for a pair, one or two were expected")
    }
  }
}
