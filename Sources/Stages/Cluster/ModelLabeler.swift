import Evidence
import Foundations
import Manifest
import Models
import StageKit
import Synchronization

/// Names clusters by a chat model. A name is taken only if its words stand in the cluster's chunks.
final class ModelLabeler: ClusterLabeler {
  private let chat: StageProvider
  private let prompt: String
  /// Made when the first name is asked for: it remembers which servers do not answer.
  private let model = Mutex<LanguageModel?>(nil)
  private let failure = Mutex<SluiceError?>(nil)

  private static let mostWords = 8
  private static let mostBytes = 90

  /// `nil` when the stage is told to do without a model.
  static func make(_ configuration: StageConfiguration) throws -> ModelLabeler? {
    guard let chat = try StageProvider.chat(configuration, without: "terms") else { return nil }
    return ModelLabeler(chat, prompt: configuration.prompt("cluster"))
  }

  private init(_ chat: StageProvider, prompt: String) {
    self.chat = chat
    self.prompt = prompt
  }

  var keyComponents: JSONObject { ["asks": chat.identity, "prompt": .string(Digest(of: prompt).description)] }

  var shortfall: String? {
    failure.withLock { $0.map { "\($0.message); groups are named by their terms" } }
  }

  func label(terms: [String], evidence: [String], _ context: StageContext) throws -> String? {
    let model = try model.withLock { known in
      let model = try known ?? LanguageModel(chat.chain, chat.environment(context))
      known = model
      return model
    }
    let shown: JSONObject = [
      "terms": JSONValue(terms), "passages": JSONValue(evidence.map { InjectedText.withheld($0) }),
    ]
    let request = ChatRequest(
      [ChatMessage(.system, prompt), ChatMessage(.user, JSONValue.object(shown).prettyText)], purpose: "label",
      schema: [
        "type": "object", "properties": ["label": ["type": "string"]], "required": ["label"],
        "additionalProperties": false,
      ], maxTokens: 100)
    do throws(SluiceError) {
      let answer = try model.ask(request).object ?? [:]
      guard let given = try? answer.decoded(as: Answer.self) else { return nil }
      let label = ChunkText.line(given.label)
      return Self.isFit(label, evidence) ? label : nil
    } catch {
      guard error.code == .service || error.code == .budget else { throw error }
      failure.withLock { $0 = $0 ?? error }
      return nil
    }
  }

  private struct Answer: Decodable { let label: String }

  /// Short, about what the chunks say, and nothing but a name.
  static func isFit(_ label: String, _ evidence: [String]) -> Bool {
    guard !label.isEmpty, label.utf8.count <= mostBytes, label.split(separator: " ").count <= mostWords,
      !InjectedText.looksLikeInstruction(label), !label.contains(where: { "<>{}[]\"".contains($0) })
    else { return false }
    return StatementCheck.fault(ofName: label, in: evidence) == nil
  }
}
