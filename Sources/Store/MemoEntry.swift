import Foundations

/// What was once made of an item (or a whole input) under a stage key.
package struct MemoEntry: Sendable {
  /// As the engine encodes it.
  package var outputs: [UInt8]
  package var validUntil: Double?
  package var validators: JSONObject
  package var run: Int

  package init(outputs: [UInt8], validUntil: Double?, validators: JSONObject, run: Int) {
    self.outputs = outputs
    self.validUntil = validUntil
    self.validators = validators
    self.run = run
  }
}
