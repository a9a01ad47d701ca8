import Foundations
import Manifest
import Models
import StageKit

/// Whom a stage asks: a provider of `providers.yaml` with those that take over, or a server named in the stage itself
/// (`provider: openai` with `base_url`, `model`, `key_env`).
struct StageProvider: Sendable {
  let chain: [Provider]

  /// Requests at once.
  var concurrent: Int { chain.first?.limits.concurrent ?? 1 }

  private struct Identity: Encodable {
    let baseURL: String
    let model: String
    let revision: String?

    enum CodingKeys: String, CodingKey {
      case model, revision
      case baseURL = "base_url"
    }
  }

  /// What of a provider can change an answer; neither its name, prices nor limits.
  private static func identity(_ provider: Provider) -> JSONValue {
    let base = (try? ServiceEndpoint.normalized(provider.baseURL)) ?? provider.baseURL
    return JSONValue(encoding: Identity(baseURL: base, model: provider.model, revision: provider.revision))
  }

  /// All that may answer, in order: any of them may be the one that did.
  var identity: JSONValue { .array(chain.map(Self.identity)) }
  /// For the key of a stage that asks it.
  var keyComponents: JSONObject { ["asks": identity] }
  var firstIdentity: JSONValue { chain.first.map(Self.identity) ?? .null }

  /// The one that writes texts; `nil` when the stage is told to do without a model.
  /// - Parameter without: the word for that: `rules`, `extractive`.
  static func chat(_ configuration: StageConfiguration, without: String) throws -> StageProvider? {
    let name = try configuration.parameters.string("provider")
    if name == without { return nil }
    let found = try find(configuration, name, words: [without])
    for provider in found.chain where provider.kind == .local {
      throw SluiceError(
        .usage,
        "stage \(configuration.name): the provider '\(provider.name)' is a local model for vectors: it writes no text",
        advice: "Name a provider of kind openai, or \(without).")
    }
    return found
  }

  enum Embedding {
    case local(LocalModel)
    case service(StageProvider)
  }

  /// The one that gives vectors.
  static func embedding(_ configuration: StageConfiguration) throws -> Embedding {
    let parameters = configuration.parameters
    let name = try parameters.string("provider")
    if name == "local" {
      return .local(
        try local(
          configuration, parameters.optionalString("model") ?? "all-MiniLM-L6-v2",
          precision: parameters.optionalString("precision"), device: parameters.optionalString("device")))
    }
    let found = try find(configuration, name, words: ["local"])
    guard let first = found.chain.first, first.kind == .local else { return .service(found) }
    guard first.fallback == nil else {
      throw SluiceError(
        .usage, "the provider '\(first.name)' is a local model: nothing can take over for its vectors",
        advice: "Take its fallback out.")
    }
    return .local(
      try local(
        configuration, first.model, precision: parameters.optionalString("precision") ?? first.precision,
        device: parameters.optionalString("device") ?? first.device))
  }

  private static func local(
    _ configuration: StageConfiguration, _ name: String, precision: String?, device: String?
  ) throws(SluiceError) -> LocalModel {
    var model = LocalModel(directory: ModelFiles.locate(name, project: configuration.directory), name: name)
    model.precision = try word(precision, "precision", ModelPrecision.allCases) ?? .fp32
    model.device = try word(device, "device", ModelDevice.allCases) ?? .auto
    return model
  }

  private static func word<T: RawRepresentable>(_ text: String?, _ what: String, _ known: [T]) throws(SluiceError) -> T?
  where T.RawValue == String {
    guard let text else { return nil }
    if let found = T(rawValue: text) { return found }
    let names = known.map(\.rawValue)
    throw SluiceError(
      .usage, "\(what) is '\(text)', one of \(names.joined(separator: ", ")) was expected",
      advice: Suggestion.nearest(to: text, among: names).map { "Did you mean \($0)?" } ?? "")
  }

  private static func find(_ configuration: StageConfiguration, _ name: String, words: [String]) throws -> StageProvider
  {
    let parameters = configuration.parameters
    let file = try ProvidersFile(project: configuration.directory)
    let given = ["base_url", "key_env"].filter { parameters.optionalString($0) != nil }
    if name == "openai", !given.isEmpty || !file.providers.contains(where: { $0.name == name }) {
      return try inline(configuration)
    }
    let chain: [Provider]
    do throws(SluiceError) { chain = try file.chain(name) } catch {
      let all = file.providers.map(\.name) + words + ["openai"]
      throw SluiceError(
        .usage, "stage \(configuration.name): \(error.message)",
        advice: Suggestion.nearest(to: name, among: all).map { "Did you mean '\($0)'?" } ?? error.advice)
    }
    let model = parameters.optionalString("model")
    guard given.isEmpty, model == nil || model == chain[0].model else {
      let what = given.first ?? "model"
      throw SluiceError(
        .usage, "stage \(configuration.name): '\(what)' is the business of the provider '\(name)' in providers.yaml",
        advice: "Take it out of the stage; another model is another provider.")
    }
    return StageProvider(chain: chain)
  }

  private static func inline(_ configuration: StageConfiguration) throws -> StageProvider {
    let parameters = configuration.parameters
    guard let model = parameters.optionalString("model"), !model.isEmpty else {
      throw SluiceError(
        .usage, "stage \(configuration.name): provider openai needs a model",
        advice: "Say which: with: {provider: openai, base_url: …, model: …}; or describe it in providers.yaml.")
    }
    let base = parameters.optionalString("base_url") ?? Provider.openAIBaseURL
    var provider = Provider(
      name: base, kind: .openai, model: model, baseURL: base, keyVariable: parameters.optionalString("key_env"))
    if let timeout = parameters.optionalDouble("timeout") { provider.timeout = timeout }
    return StageProvider(chain: [provider])
  }

  /// What asking needs of a stage run.
  func environment(_ context: StageContext) -> ProviderEnvironment {
    let cache = context.cache
    return ProviderEnvironment(
      directory: context.shared, auditDirectory: context.audit, stage: context.stage, pipeline: context.pipeline,
      run: context.run, isFrozen: context.isFrozen,
      answers: AnswerCache(get: { try cache.get($0) }, put: { try cache.putDurably($0, $1) }),
      log: { isWarning, message in context.log(isWarning ? .warning : .info, message) }, isStopping: context.isStopping)
  }
}
