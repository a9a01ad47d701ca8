import Evidence
import Foundations

/// A field of an answer that holds statements.
struct StatementField: Sendable, Hashable {
  let name: String
  let kind: StatementKind
  /// One statement at most, not a list.
  var isSingle = false
  /// The most statements that are taken.
  var most = 6
}

extension StatementField {
  private static let statement: JSONValue = [
    "type": "object",
    "properties": [
      "text": ["type": "string"],
      "quotes": [
        "type": "array",
        "items": [
          "type": "object", "properties": ["evidence": ["type": "string"], "quote": ["type": "string"]],
          "required": ["evidence", "quote"], "additionalProperties": false,
        ],
      ],
    ],
    "required": ["text", "quotes"], "additionalProperties": false,
  ]

  /// The JSON schema of an answer with these fields and `more` members.
  static func schema(_ fields: [StatementField], more: JSONObject = [:]) -> JSONValue {
    var properties = more
    for field in fields {
      properties[field.name] =
        field.isSingle
        ? ["anyOf": [statement, ["type": "null"]]] : ["type": "array", "items": statement]
    }
    return [
      "type": "object", "properties": .object(properties), "required": JSONValue(properties.members.map(\.key)),
      "additionalProperties": false,
    ]
  }
}
