import Foundations

/// An account with somebody who runs models, or a model on this machine: an entry of `providers.yaml`.
package struct Provider: Sendable, Hashable {
  /// By which protocol it is asked.
  package enum Kind: String, Sendable, CaseIterable {
    /// A model on this machine.
    case local
    /// Any server with `/v1/chat/completions` or `/v1/embeddings`.
    case openai
  }

  /// US dollars for a million tokens.
  package struct Prices: Sendable, Hashable {
    /// For a million tokens that are sent.
    package var input = 0.0
    /// For a million tokens that come back.
    package var output = 0.0

    package init(input: Double = 0, output: Double = 0) {
      self.input = input
      self.output = output
    }
  }

  /// What the account allows. `nil`: nothing is known; the server will say.
  package struct Limits: Sendable, Hashable {
    /// `nil`: no limit that we know.
    package var requestsPerMinute: Double?
    /// `nil`: no limit that we know.
    package var tokensPerMinute: Double?
    /// Requests on their way at once, over all stages and processes.
    package var concurrent = 8
    /// Texts in one request for embeddings.
    package var batch: Int?
    /// Tokens in one request for embeddings, over all its texts.
    package var batchTokens: Int?

    package init() {}
  }

  /// US dollars that may be spent; `nil`: no limit.
  package struct Budget: Sendable, Hashable {
    /// `nil`: no limit.
    package var perRun: Double?
    /// A day of UTC, over all runs of the project.
    package var perDay: Double?

    package init(perRun: Double? = nil, perDay: Double? = nil) {
      self.perRun = perRun
      self.perDay = perDay
    }
  }

  /// As stages name it.
  package var name: String
  package var kind: Kind
  /// As the server knows it.
  package var model: String
  /// With the version, as `https://api.openai.com/v1`; a URL without a path gets `/v1`.
  package var baseURL: String
  /// The environment variable that holds the key.
  package var keyVariable: String?
  /// A word of the user's own for what the server runs behind the model's name: another one makes all anew.
  package var revision: String?
  /// What it costs.
  package var prices = Prices()
  /// What the server takes.
  package var limits = Limits()
  /// What may be spent on it.
  package var budget = Budget()
  /// Seconds for one answer.
  package var timeout = 120.0
  /// Tries of one request; being asked to wait is no failed try.
  package var attempts = 6
  /// Seconds to wait in all for a server that is busy or down, before the fallback or the next run takes over.
  package var patience = 300.0
  /// The provider that takes over when this one is down or its budget is spent.
  package var fallback: String?
  /// Of a local model: see `with` of the embed stage.
  package var precision: String?
  package var device: String?

  package init(name: String, kind: Kind, model: String, baseURL: String = "", keyVariable: String? = nil) {
    (self.name, self.kind, self.model) = (name, kind, model)
    (self.baseURL, self.keyVariable) = (baseURL, keyVariable)
  }

  package static let openAIBaseURL = "https://api.openai.com/v1"
}
