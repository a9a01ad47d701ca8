import CKernels
import Foundations

/// OpenAI's `/v1/embeddings`. Plain numbers are asked for: libraries that ask for base64 read wrong widths.
enum EmbeddingProtocol {
  static func body(_ texts: ArraySlice<String>, model: String) -> JSONValue {
    ["model": .string(model), "input": JSONValue(Array(texts)), "encoding_format": "float"]
  }

  /// The vectors in the order of the texts, scaled to length 1.
  /// - Throws: what is wrong with the answer.
  static func vectors(_ answer: EmbeddingAnswer?, count: Int, width: Int?) throws(Wrong) -> [[Float]] {
    let data = answer?.data ?? []
    guard data.count == count else { throw Wrong("it gave \(data.count) vectors for \(count) texts") }
    var width = width
    var vectors = [[Float]](repeating: [], count: count)
    for (position, entry) in data.enumerated() {
      let index = entry.wrappedValue?.index ?? position
      guard vectors.indices.contains(index), vectors[index].isEmpty else {
        throw Wrong("its vectors are numbered wrongly (index \(index))")
      }
      guard let numbers = entry.wrappedValue?.embedding?.array else { throw Wrong("a vector is not a list of numbers") }
      var values = numbers.compactMap { $0.double.map { Float($0) } }
      guard values.count == numbers.count, values.allSatisfy(\.isFinite), !values.isEmpty else {
        throw Wrong("a vector holds something else than numbers")
      }
      guard values.count <= VectorPassport.mostDimensions else {
        throw Wrong("it gave \(values.count) dimensions; at most \(VectorPassport.mostDimensions) are taken")
      }
      if let width, width != values.count {
        throw Wrong("it gave \(values.count) dimensions where \(width) were expected")
      }
      width = values.count
      let length = values.withUnsafeMutableBufferPointer { kernels_normalize($0.baseAddress, $0.count) }
      guard length > 0 else { throw Wrong("a vector is all zeros") }
      vectors[index] = values
    }
    return vectors
  }

  /// What is wrong with an answer.
  struct Wrong: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// The number of texts that a refusal names as the most it takes: `batch size is invalid, it should not be larger
  /// than 10`.
  static func namedLimit(_ message: String, below count: Int) -> Int? {
    let lower = message.lowercased()
    guard ["batch", "input", "array", "list"].contains(where: lower.contains),
      ["maximum", "larger", "more than", "at most", "exceed", "less than", "up to", "limit"].contains(
        where: lower.contains),
      !lower.contains("token")
    else { return nil }
    let numbers = lower.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    return numbers.filter { $0 >= 1 && $0 < count }.max()
  }
}
