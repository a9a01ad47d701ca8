import Foundations
import StageKit
import Store

/// Reads what a program wrote.
extension CommandSettings {
  typealias Made = (id: String, record: JSONObject)

  /// What a program wrote, as items: one file, or records.
  func items(_ path: String, name: String, store: any ContentStore) throws -> [Made] {
    guard FileSystem.exists(path) else {
      throw ItemFailure(
        kind: "no_output", message: "the command ended well but wrote nothing to {output}")
    }
    let bytes: [UInt8]
    do throws(SluiceError) { bytes = try FileSystem.read(path) } catch {
      throw ItemFailure(kind: "bad_output", message: error.message)
    }
    guard isJSONLines else {
      let digest = try store.put(bytes)
      return [(name, ["body": .string(digest.description), "bytes": JSONValue(bytes.count), "path": .string(name)])]
    }
    var items: [Made] = []
    for (index, line) in ByteSearch.lines(bytes).enumerated() where !line.isEmpty {
      do {
        guard let object = try JSONValue(parsing: Array(line)).object else {
          throw ItemFailure(
            kind: "bad_output", message: "line \(index + 1) of the output is not a JSON object")
        }
        items.append((try Self.id(object, at: index + 1, what: "line"), object))
      } catch let error as JSONParseError {
        throw ItemFailure(
          kind: "bad_output",
          message: "line \(index + 1) of the output is not JSON: \(error.reason)")
      }
    }
    return items
  }

  /// The id that a program gave to a record; its number where it gave none.
  static func id(_ object: JSONObject, at number: Int, what: String) throws(ItemFailure) -> String {
    guard let value = NamedRecord(members: object).id else { return "\(number)" }
    guard let id = id(value) else {
      throw ItemFailure(
        kind: "bad_output",
        message:
          "\(what) \(number) of the output has an id that is neither a text nor a number: \(value.canonicalText.prefix(80))"
      )
    }
    return id
  }

  /// The id that a program gave to an object; `nil` when it gave none, or none that can be used.
  static func id(of object: JSONObject) -> String? { NamedRecord(members: object).id.flatMap(id) }

  /// The record that a program made: its id is the item's, no member.
  static func withoutID(_ object: JSONObject) -> JSONObject {
    var record = NamedRecord(members: object)
    record.id = nil
    return record.members
  }

  private struct NamedRecord: JSONView {
    enum Name: String { case id }
    var members: JSONObject

    var id: JSONValue? {
      get { self[.id] }
      set { self[.id] = newValue }
    }
  }

  /// An id as text: programs like to give numbers. `nil`: it is neither, or empty.
  static func id(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text.isEmpty ? nil : text
    case .int(let number): String(number)
    case .double: value.canonicalText
    case .null, .bool, .array, .object: nil
    }
  }
}
