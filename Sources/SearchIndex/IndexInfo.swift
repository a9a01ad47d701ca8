import Foundations
import Models

/// What the header of an index says.
package struct IndexInfo: Sendable, Hashable {
  package let chunks: Int
  package let documents: Int
  /// 0 for an index that can be searched by words only.
  package let vectors: Int
  /// The space of the vectors; `nil` when there are none.
  package let passport: VectorPassport?

  /// Raised whenever the tables change; a file of another format is made anew, never guessed at.
  static let format = 1

  static func read(_ database: Database) throws(SluiceError) -> IndexInfo {
    var values: [String: String] = [:]
    let statement = try database.prepare("SELECT key, value FROM meta")
    while try statement.step() { values[statement.text(0) ?? ""] = statement.text(1) ?? "" }
    guard values["format"] == String(format) else {
      throw SluiceError(
        .vectorStoreError,
        "the index \(database.path) has the format \(values["format"] ?? "?"), \(format) was expected",
        advice: "Run the pipeline again: it makes the index anew.")
    }
    let passport = values["passport"].flatMap { try? JSONValue(parsing: $0).object }
    return IndexInfo(
      chunks: values["chunks"].flatMap { Int($0) } ?? 0,
      documents: values["documents"].flatMap { Int($0) } ?? 0,
      vectors: values["vectors"].flatMap { Int($0) } ?? 0,
      passport: passport.map { VectorPassport($0) })
  }
}
