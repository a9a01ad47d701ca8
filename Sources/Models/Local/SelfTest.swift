import CKernels
import Foundations

/// Vectors that a model is known to give (`self_test.json`: texts, and the vectors that a reference computed): a
/// wrong conversion, a wrong pooling or a processor that computes wrongly is found before anything is embedded.
struct SelfTest {
  private let texts: [String]
  private let vectors: [[Float]]
  private let path: String

  static let fileName = "self_test.json"

  private struct File: Decodable {
    @LenientList var texts: [String]
    @LenientList var vectors: [LenientList<Float>]
  }

  /// `nil` when the model has none.
  /// - Throws: `.badInput` when the file is not what it should be.
  init?(_ files: ModelFiles) throws(SluiceError) {
    guard let file = try files.read(Self.fileName, as: File.self) else { return nil }
    path = files.path(Self.fileName)
    texts = file.texts
    vectors = file.vectors.map(\.wrappedValue)
    guard !texts.isEmpty, texts.count == vectors.count, vectors.allSatisfy({ !$0.isEmpty }) else {
      throw SluiceError(
        .badInput, "\(path) does not name as many vectors as texts",
        advice:
          "It is {\"texts\": [\"…\"], \"vectors\": [[0.1, …]]}, with the vectors as the model's authors give them.")
    }
  }

  /// - Parameter embed: the model's vector of a text, of length 1.
  /// - Throws: `.badInput` when one of them is not the known one.
  func check(_ model: LocalModel, _ embed: (String) throws(SluiceError) -> [Float]) throws(SluiceError) {
    let least: Float =
      switch model.precision {
      case .fp32: 0.9999
      case .bf16: 0.998
      case .int8: 0.96
      }
    for (text, known) in zip(texts, vectors) {
      let vector = try embed(text)
      var expected = Array(known.prefix(vector.count))
      _ = expected.withUnsafeMutableBufferPointer { kernels_normalize($0.baseAddress, $0.count) }
      let cosine = expected.count == vector.count ? kernels_dot(vector, expected, vector.count) : -1
      guard cosine >= least else {
        throw SluiceError(
          .badInput,
          "the model \(model.name) does not give the vector it is known to give for \"\(text)\": the cosine is \(Units.decimal(Double(cosine), 4)), at least \(least) was expected",
          advice: "Its files, pooling or precision are not right, or this processor computes wrongly. See \(path).")
      }
    }
  }
}
