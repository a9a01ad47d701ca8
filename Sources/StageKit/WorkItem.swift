import Foundations

/// One item on its way through a stage.
package struct WorkItem: Sendable {
  /// Tells the work items of one stage run apart.
  package let token: Int
  package let item: Item
  /// 1 for the first try.
  package let attempt: Int
  /// What the stage made of this item the last time, if it is being refreshed.
  package let previous: Previous?

  package struct Previous: Sendable {
    /// The records of the former outputs, in order.
    package let outputs: [Item]
    package let validators: JSONObject

    package init(outputs: [Item], validators: JSONObject) {
      self.outputs = outputs
      self.validators = validators
    }
  }

  package init(token: Int, item: Item, attempt: Int, previous: Previous? = nil) {
    self.token = token
    self.item = item
    self.attempt = attempt
    self.previous = previous
  }
}
