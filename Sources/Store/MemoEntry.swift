import Foundations

/// What was once made of an item (or a whole input) under a stage key.
package struct MemoEntry: Sendable {
  /// As the engine encodes it.
  package var outputs: [UInt8]
  package var validity: Validity
  package var validators: JSONObject
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
