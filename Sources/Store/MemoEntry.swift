import Foundations

/// What was once made of an item (or a whole input) under a stage key.
package struct MemoEntry: Sendable {
  /// As the engine encodes it.
  package var outputs: [UInt8]
  /// Until when it may be taken for true.
  package var validity: Validity
  /// What the stage wants back when it asks again (ETag, Last-Modified, size and times of a file).
  package var validators: JSONObject
  /// The run that made it.
  package var run: Int

  package init(outputs: [UInt8], validity: Validity, validators: JSONObject, run: Int) {
    self.outputs = outputs
    self.validity = validity
    self.validators = validators
    self.run = run
  }
}

extension MemoEntry {
  /// The entry with other validators.
  package init(_ entry: MemoEntry, validators: JSONObject) {
    self = entry
    self.validators = validators
  }
}
