import Foundations

/// Makes the embedder that an index was made with, for questions.
package enum QueryEmbedder {
  /// - Parameters:
  ///   - passport: that of the index.
  ///   - project: the directory whose `models/` holds local models.
  /// - Throws: `.embeddingServiceUnavailable` when the model is not installed or its server's key is not set.
  package static func make(for passport: VectorPassport, project: String) throws(SluiceError)
    -> any TextEmbedder
  {
    do throws(SluiceError) {
      if passport.members["provider"]?.string == "openai" {
        var endpoint = try ServiceEndpoint(
          baseURL: passport.members["base_url"]?.string ?? "", model: passport.model,
          keyVariable: passport.members["key_env"]?.string)
        // A person waits for the answer.
        endpoint.attempts = 3
        endpoint.timeout = 20
        let width = passport.dimensions
        return RemoteEmbedder(
          endpoint, dimensions: width == 0 ? nil : width,
          keyVariable: passport.members["key_env"]?.string)
      }
      return try LocalEmbedder(
        directory: ModelFiles.locate(passport.model, project: project), name: passport.model,
        threads: 1)
    } catch {
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: \(error.message)",
        advice: error.advice)
    }
  }
}
