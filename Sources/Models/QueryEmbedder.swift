import Foundations
import Manifest

/// Makes the embedder that an index was made with, for questions.
package enum QueryEmbedder {
  /// - Parameters:
  ///   - passport: that of the index.
  ///   - project: the directory whose `models/` holds local models and whose `providers.yaml` says how to ask a server.
  /// - Throws: `.embeddingServiceUnavailable` when the model is not installed or its server's key is not set.
  package static func make(
    for passport: VectorPassport, project: String, environment: ProviderEnvironment = ProviderEnvironment()
  ) throws(SluiceError) -> any TextEmbedder {
    do throws(SluiceError) {
      if passport.fields.provider == "openai" {
        var provider = try provider(for: passport, project: project)
        // A person waits for the answer.
        provider.attempts = 3
        provider.timeout = 20
        provider.patience = 20
        let width = passport.dimensions
        return try RemoteEmbedder(
          [provider], dimensions: width == 0 ? nil : width, prefixes: TextPrefixes(passport), rest: 0, isGuarded: false,
          environment)
      }
      return try LocalEmbedder(LocalModel(passport, project: project), threads: 1, isTested: false)
    } catch {
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: \(error.message)",
        advice: error.advice)
    }
  }

  /// As providers.yaml describes the server today (the key's variable may have another name by now), else as the
  /// index remembers it.
  private static func provider(for passport: VectorPassport, project: String) throws(SluiceError) -> Provider {
    guard let base = passport.fields.baseURL else {
      throw SluiceError(
        .badInput, "the index does not say which server made its vectors", advice: "Run the pipeline again.")
    }
    let known = (try? ProvidersFile(project: project))?.providers.first { provider in
      provider.kind == .openai && provider.model == passport.model
        && (try? ServiceEndpoint.normalized(provider.baseURL)) == base
    }
    if var known {
      known.fallback = nil
      return known
    }
    return Provider(
      name: "query", kind: .openai, model: passport.model, baseURL: base,
      keyVariable: passport.fields.keyVariable)
  }
}
