import Foundations

/// Finds the model that an index was made with, to embed a question in the same space.
package enum QueryEmbedder {
  /// - Parameters:
  ///   - passport: of the index.
  ///   - project: where models are looked for.
  /// - Throws: `.embeddingServiceUnavailable` when the model or the server cannot be used.
  package static func make(for passport: VectorPassport, project: String, threads: Int) throws(SluiceError) -> any TextEmbedder {
    do throws(SluiceError) {
      if passport.members["provider"]?.string == "openai" {
        // The key is not in the index: it is taken from where most servers' tools take it.
        let variable = Environment["OPENAI_API_KEY"] == nil ? nil : "OPENAI_API_KEY"
        let endpoint = try ServiceEndpoint(
          baseURL: passport.members["base_url"]?.string ?? "", model: passport.model, keyVariable: variable)
        return RemoteEmbedder(endpoint, dimensions: passport.members["dim"]?.int)
      }
      return try LocalEmbedder(directory: ModelFiles.locate(passport.model, project: project), threads: threads)
    } catch {
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: \(error.message)",
        advice: error.advice.isEmpty ? "Or search by words: --mode text" : "\(error.advice) Or search by words: --mode text")
    }
  }
}
