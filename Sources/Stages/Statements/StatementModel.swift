import Evidence
import Foundations
import Manifest
import Models

/// Lets a chat model phrase statements about evidence; code decides what of it stands.
struct StatementModel: Sendable {
  let model: LanguageModel
  let prompt: String
  /// For the audit log, and the name of the schema.
  let purpose: String
  let fields: [StatementField]
  /// Other members that the answer has.
  var more: JSONObject = [:]

  /// What is left of the model's answer after the check.
  struct Result: Sendable {
    var fields: [String: [Statement]] = [:]
    /// The other members of the answer.
    var more: JSONObject = [:]
    /// Why statements were dropped.
    var faults: [String] = []
    var promptTokens = 0
    var completionTokens = 0
    var cost = 0.0
    /// As the server names it.
    var model = ""
    /// The entry of providers.yaml that answered.
    var provider = ""

    var statements: Int { fields.values.reduce(0) { $0 + $1.count } }

    /// Where the statements come from, as records keep it.
    func provenance(prompt: String) -> Provenance {
      Provenance(
        model: model, provider: provider, prompt: Digest(of: prompt).description, promptTokens: promptTokens,
        completionTokens: completionTokens, dropped: faults.count, cost: cost > 0 ? cost : nil)
    }

    mutating func add(_ other: Result) {
      promptTokens += other.promptTokens
      completionTokens += other.completionTokens
      cost += other.cost
    }
  }

  /// Statements about some evidence. Asked once more, with the faults named, when something was wrong; the answer with
  /// more statements left is taken. Answers are kept by prompt, evidence and model: what did not change costs nothing.
  /// - Parameter about: what the evidence is about, shown with it.
  func statements(about: JSONObject, evidence: [EvidenceChunk]) throws(SluiceError) -> Result {
    let named = Dictionary(uniqueKeysWithValues: evidence.enumerated().map { ("e\($0 + 1)", $1) })
    let check = StatementCheck(named)
    let ids = evidence.map(\.chunkID)
    var messages = [
      ChatMessage(.system, prompt), ChatMessage(.user, Self.question(about: about, evidence: evidence)),
    ]
    let schema = StatementField.schema(fields, more: more)
    let first = try model.ask(ChatRequest(messages, purpose: purpose, schema: schema, evidenceIDs: ids))
    var best = read(first, check)
    guard !best.faults.isEmpty else { return best }
    messages.append(ChatMessage(.assistant, first.text))
    messages.append(ChatMessage(.user, Self.complaint(best.faults)))
    let again: ChatAnswer
    do throws(SluiceError) {
      again = try model.ask(ChatRequest(messages, purpose: purpose, schema: schema, evidenceIDs: ids))
    } catch {
      // What the first answer proved stands.
      guard best.statements > 0, error.code == .budget || error.code == .service else { throw error }
      return best
    }
    var second = read(again, check)
    if second.statements >= best.statements {
      second.add(best)
      return second
    }
    best.add(second)
    return best
  }

  /// What the model is shown: data in JSON, so that nothing in a document can pose as an instruction by looking like
  /// the prompt; sentences that speak to models are withheld.
  static func question(about: JSONObject, evidence: [EvidenceChunk]) -> String {
    let shown = evidence.enumerated().map { number, chunk -> JSONValue in
      [
        "id": .string("e\(number + 1)"), "section": .string(InjectedText.withheld(chunk.sectionPath)),
        "text": .string(InjectedText.withheld(chunk.text)),
      ]
    }
    return JSONValue.object(about.merging(["evidence": .array(shown)])).prettyText
  }

  private static func complaint(_ faults: [String]) -> String {
    "These parts of your answer do not stand:\n" + faults.prefix(20).map { "- \($0)" }.joined(separator: "\n")
      + "\nAnswer again with the whole JSON object. Copy each quote letter by letter from the evidence that it names,"
      + " and leave out what the evidence does not say."
  }

  private func read(_ answer: ChatAnswer, _ check: StatementCheck) -> Result {
    var result = Result()
    result.promptTokens = answer.promptTokens
    result.completionTokens = answer.completionTokens
    result.cost = answer.cost
    result.model = answer.model
    result.provider = answer.provider
    guard let object = answer.object else {
      result.faults.append("the answer is not a JSON object")
      return result
    }
    var seen: Set<String> = []
    for field in fields {
      guard let value = object[field.name], !value.isNull else { continue }
      for entry in value.array ?? [value] {
        if let string = entry.string, string.isEmpty { continue }
        switch check.verify(Self.claim(entry), as: field.kind) {
        case .accepted(let statement):
          let count = result.fields[field.name]?.count ?? 0
          guard count < (field.isSingle ? 1 : field.most), seen.insert(statement.text).inserted else { continue }
          result.fields[field.name, default: []].append(statement)
        case .refused(let reason): result.faults.append("\(field.name): \(reason)")
        }
      }
    }
    for member in more.members { result.more[member.key] = object[member.key] }
    if result.statements == 0 && result.faults.isEmpty { result.faults.append("there is no statement in it") }
    return result
  }

  /// A statement as the model wrote it: `{"text": …, "quotes": [{"evidence": "e1", "quote": …}]}`.
  private static func claim(_ entry: JSONValue) -> StatementCheck.Claim {
    // A bare sentence is a claim that quotes nothing.
    guard let written = entry.object.map({ WrittenClaim(members: $0) }) else {
      return StatementCheck.Claim(text: entry.string ?? "", quotes: [])
    }
    return StatementCheck.Claim(text: written.text ?? "", quotes: written.quotes)
  }
}

/// A statement as a model wrote it. What it left out or got wrong is not known: the check will refuse it.
private struct WrittenClaim: JSONView {
  enum Name: String { case text, quotes }
  var members: JSONObject

  var text: String? { self[.text] }
  var quotes: [(evidence: String, text: String)] {
    let list = (self[.quotes] as JSONValue?)?.array ?? []
    return list.compactMap { try? $0.decoded(as: Quote.self) }.map { ($0.evidence, $0.quote) }
  }

  private struct Quote: Decodable {
    let evidence: String
    let quote: String
  }
}
