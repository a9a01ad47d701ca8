import Foundations
import Manifest

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
        var provider = Provider(
          name: "query", kind: .openai, model: passport.model, baseURL: passport.members["base_url"]?.string ?? "",
          keyVariable: passport.members["key_env"]?.string)
        // A person waits for the answer.
        provider.attempts = 3
        provider.timeout = 20
        provider.patience = 20
        let width = passport.dimensions
        return try RemoteEmbedder(
          [provider], dimensions: width == 0 ? nil : width, prefixes: TextPrefixes(passport), isGuarded: false,
          ProviderEnvironment())
      }
      return try LocalEmbedder(LocalModel(passport, project: project), threads: 1, isTested: false)
    } catch {
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: \(error.message)",
        advice: error.advice)
    }
  }
}
