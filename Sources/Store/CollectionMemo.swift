import Foundations

/// What a memo entry of a collection stage says: the dataset that it made, and what belongs to it.
package struct CollectionMemo: Sendable {
  /// An item of the input that is not in the result, and why.
  package struct Failure: Sendable {
    /// A short stable word to count by.
    package var kind: String
    /// What a person needs to know.
    package var message: String

    package init(kind: String, message: String) {
      self.kind = kind
      self.message = message
    }
  }

  /// Names the stored dataset.
  package var dataset: Digest
  /// Files left beside the items, by name.
  package var files: [String: Digest]
  /// What the stage said of its result in one line; empty when it said nothing.
  package var summary: String
  /// By id.
  package var failures: [String: Failure]

  package init(dataset: Digest, files: [String: Digest], summary: String, failures: [String: Failure]) {
    self.dataset = dataset
    self.files = files
    self.summary = summary
    self.failures = failures
  }

  /// As the memo keeps it.
  package var bytes: [UInt8] {
    let value: JSONValue = [
      "dataset": .string(dataset.hex),
      "files": .object(JSONObject(files.map { ($0.key, .string($0.value.hex)) })),
      "summary": .string(Secrets.redacted(summary)),
      "failures": .object(
        JSONObject(
          failures.sorted { $0.key < $1.key }.map {
            ($0.key, ["kind": .string($0.value.kind), "message": .string(Secrets.redacted($0.value.message))])
          })),
    ]
    return value.canonicalBytes
  }

  /// - Throws: `.corrupt` when this is no result of a collection stage.
  package init(reading bytes: [UInt8]) throws(SluiceError) {
    guard let value = try? JSONValue(parsing: bytes),
      let dataset = value["dataset"]?.string.flatMap({ Digest(hex: $0) })
    else { throw MemoResult.damaged }
    self.dataset = dataset
    files = [:]
    for member in value["files"]?.object?.members ?? [] {
      guard let file = member.value.string.flatMap({ Digest(hex: $0) }) else { throw MemoResult.damaged }
      files[member.key] = file
    }
    failures = [:]
    for member in value["failures"]?.object?.members ?? [] {
      guard let kind = member.value["kind"]?.string, let message = member.value["message"]?.string else {
        throw MemoResult.damaged
      }
      failures[member.key] = Failure(kind: kind, message: message)
    }
    // A result without one has none: the member is left out where a stage had nothing to say.
    summary = value["summary"]?.string ?? ""
  }
}
