import CKernels
import Foundations
import Synchronization

/// Embeds texts with a server's `/v1/embeddings`.
///
/// Asks for plain numbers (SDKs ask for base64 and read wrong widths), checks their count and width,
/// puts them in order by `index`, and scales them to length 1. A batch that the server refuses is halved
/// until the texts that it refuses stand alone.
package final class RemoteEmbedder: TextEmbedder {
  private let client: ServiceClient
  private let batch: Int
  private let keyVariable: String?
  /// The width that the model gave first; 0 until then.
  private let width: Atomic<Int>

  /// - Parameters:
  ///   - dimensions: the width that is expected; `nil`: what comes first counts.
  ///   - keyVariable: noted in the passport, so that a question can be embedded the same way later.
  ///   - batch: the most texts in one request.
  package init(
    _ endpoint: ServiceEndpoint, dimensions: Int? = nil, keyVariable: String? = nil,
    batch: Int = 64,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    client = ServiceClient(endpoint: endpoint, isStopping: isStopping)
    self.batch = max(1, batch)
    self.keyVariable = keyVariable
    width = Atomic(dimensions ?? 0)
  }

  package var passport: VectorPassport {
    let known = width.load(ordering: .relaxed)
    var members: JSONObject = [
      "provider": "openai", "base_url": .string(client.endpoint.baseURL),
      "model": .string(client.endpoint.model),
      "normalization": "l2",
    ]
    if known != 0 { members["dim"] = JSONValue(known) }
    if let keyVariable { members["key_env"] = .string(keyVariable) }
    return VectorPassport(members)
  }

  package func embed(_ texts: [String]) throws(SluiceError) -> [EmbeddingOutcome] {
    var outcomes: [EmbeddingOutcome] = []
    var start = 0
    while start < texts.count {
      let end = min(texts.count, start + batch)
      outcomes += try request(texts[start..<end])
      start = end
    }
    return outcomes
  }

  private func request(_ texts: ArraySlice<String>) throws(SluiceError) -> [EmbeddingOutcome] {
    let body: JSONValue = [
      "model": .string(client.endpoint.model), "input": JSONValue(Array(texts)),
      "encoding_format": "float",
    ]
    switch try client.post("/embeddings", body) {
    case .success(let answer):
      return try vectors(answer, count: texts.count).map { .vector(EmbeddedText(values: $0)) }
    case .failure(let rejection):
      guard texts.count > 1 else {
        return [
          .failed(
            EmbeddingFailure(
              kind: "rejected",
              message:
                "the model refuses this text (HTTP \(rejection.status)): \(rejection.message)"))
        ]
      }
      let middle = texts.startIndex + texts.count / 2
      return try request(texts[..<middle]) + request(texts[middle...])
    }
  }

  private func vectors(_ answer: JSONValue, count: Int) throws(SluiceError) -> [[Float]] {
    guard let data = answer["data"]?.array, data.count == count else {
      throw wrong("it gave \(answer["data"]?.array?.count ?? 0) vectors for \(count) texts")
    }
    var vectors = [[Float]](repeating: [], count: count)
    for (position, entry) in data.enumerated() {
      let index = entry["index"]?.int ?? position
      guard vectors.indices.contains(index), vectors[index].isEmpty else {
        throw wrong("its vectors are numbered wrongly (index \(index))")
      }
      guard let numbers = entry["embedding"]?.array else {
        throw wrong("a vector is not a list of numbers")
      }
      var values = numbers.compactMap { $0.double.map { Float($0) } }
      guard values.count == numbers.count, values.allSatisfy(\.isFinite), !values.isEmpty else {
        throw wrong("a vector holds something else than numbers")
      }
      let expected = width.compareExchange(expected: 0, desired: values.count, ordering: .relaxed)
      guard expected.exchanged || expected.original == values.count else {
        throw wrong("it gave \(values.count) dimensions where \(expected.original) were expected")
      }
      let length = values.withUnsafeMutableBufferPointer {
        kernels_normalize($0.baseAddress, $0.count)
      }
      guard length > 0 else { throw wrong("a vector is all zeros") }
      vectors[index] = values
    }
    return vectors
  }

  private func wrong(_ reason: String) -> SluiceError {
    SluiceError(
      .service, "\(client.endpoint.baseURL) (\(client.endpoint.model)) answers wrongly: \(reason)",
      advice: "Nothing was kept of this answer. Check the model's name and what the server runs.")
  }
}
