import Foundations
import Models
import StageKit

/// The parameters of stages that may ask a model's server: `base_url`, `model`, `key_env`, `timeout`.
struct ServiceParameters: Sendable {
  let baseURL: String
  let model: String
  let keyVariable: String?
  private let timeout: Double

  init(_ configuration: StageConfiguration) throws(SluiceError) {
    let parameters = configuration.parameters
    guard let model = parameters.optionalString("model"), !model.isEmpty else {
      throw SluiceError(
        .usage, "stage \(configuration.name): provider openai needs a model",
        advice: "Say which: with: {provider: openai, base_url: …, model: …}")
    }
    self.model = model
    baseURL = parameters.optionalString("base_url") ?? "https://api.openai.com/v1"
    keyVariable = parameters.optionalString("key_env")
    timeout = parameters.optionalDouble("timeout") ?? 120
  }

  /// The server, with the key from the environment. Under `--frozen` it is never asked and needs no key.
  /// - Throws: `.usage` when the key's variable is not set.
  func endpoint(_ context: StageContext) throws(SluiceError) -> ServiceEndpoint {
    var endpoint = try ServiceEndpoint(
      baseURL: baseURL, model: model, keyVariable: context.isFrozen ? nil : keyVariable)
    endpoint.timeout = timeout
    endpoint.isFrozen = context.isFrozen
    return endpoint
  }
}
