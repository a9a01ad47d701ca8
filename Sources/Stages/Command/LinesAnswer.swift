import Foundations
import StageKit
import Store

/// What a program answered to one line.
struct LinesAnswer {
  let id: String
  let outcome: ItemOutcome

  /// - Returns: `nil` for an empty line.
  /// - Throws: when the line is no answer at all.
  init?(_ line: [UInt8]) throws(ItemFailure) {
    if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return nil }
    guard let object = (try? JSONValue(parsing: line))?.object,
      let id = CommandSettings.id(of: object)
    else {
      let shown = String(decoding: line.prefix(120), as: UTF8.self)
      throw ItemFailure(
        kind: "bad_output",
        message: "the command answered a line that is not a JSON object with an id: \(shown)")
    }
    self.id = id
    outcome = Self.outcome(AnswerMembers(members: CommandSettings.withoutID(object)))
  }

  /// Words that mean something in an answer; all others are the record's.
  private struct AnswerMembers: JSONView {
    enum Name: String { case error, items, transient }
    var members: JSONObject

    var error: JSONValue? { self[.error] }
    var items: JSONValue? { self[.items] }
    var isTransient: Bool? { self[.transient] }
  }

  private static func outcome(_ answer: AnswerMembers) -> ItemOutcome {
    if let error = answer.error {
      return .failed(
        ItemFailure(
          kind: "command_error", message: error.string ?? error.canonicalText,
          isTransient: answer.isTransient ?? false))
    }
    guard let value = answer.items else {
      return .done([ItemOutput(id: .same, members: answer.members)])
    }
    guard let list = value.array else {
      return .failed(
        ItemFailure(
          kind: "bad_output", message: "'items' must be a list of objects, this is \(value.canonicalText.prefix(80))"))
    }
    do throws(ItemFailure) {
      var outputs: [ItemOutput] = []
      for (index, value) in list.enumerated() {
        guard let members = value.object else {
          throw ItemFailure(
            kind: "bad_output",
            message: "entry \(index + 1) of 'items' is not an object: \(value.canonicalText.prefix(80))")
        }
        let suffix = try CommandSettings.id(members, at: index + 1, what: "entry")
        outputs.append(ItemOutput(id: .child(suffix), members: CommandSettings.withoutID(members)))
      }
      return .done(outputs)
    } catch {
      return .failed(error)
    }
  }
}
