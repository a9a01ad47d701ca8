/// A JSON value that is not what a type expects.
package struct JSONMismatch: Error, CustomStringConvertible, Sendable {
  /// Where, such as `elements[3].type`; empty for the value itself.
  package let path: String
  /// What is wrong with it, such as "is missing".
  package let problem: String

  /// For people: "'elements[3].type' is missing".
  package var description: String { path.isEmpty ? "it \(problem)" : "'\(path)' \(problem)" }

  init(_ error: any Error) {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      path = Self.text(context.codingPath + [key])
      problem = "is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      path = Self.text(context.codingPath)
      problem = context.debugDescription
    default:
      // A type's own complaint.
      path = ""
      problem = "cannot be read: \(error)"
    }
  }

  private static func text(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }
}
