import Formats

/// Where statements come from, as records keep it.
struct Provenance: Sendable, Encodable {
  /// Who phrased them, as the server names it; `extractive`: nobody, they are sentences of the sources.
  let model: String
  /// The entry of providers.yaml that answered.
  var provider: String?
  /// The digest of the prompt.
  var prompt: String?
  var promptTokens: Int?
  var completionTokens: Int?
  /// Statements that the check refused.
  var dropped: Int?
  /// In dollars; absent where nothing was paid.
  var cost: Double?
  /// Why no model was asked, though the stage has one.
  var insteadOfModel: String?

  enum CodingKeys: String, CodingKey {
    case model, provider, prompt, dropped
    case promptTokens = "prompt_tokens"
    case completionTokens = "completion_tokens"
    case cost = "cost_usd"
    case insteadOfModel = "instead_of_model"
  }

  private static let ownWords = "extractive"

  /// Sentences of the sources, word for word.
  static let extractive = Provenance(model: ownWords)

  /// For a page.
  var html: String { model == Self.ownWords ? "in the sources' own words" : "phrased by \(Markup.escaped(model))" }
}
