import Foundations
import Store

/// One item that a stage made out of an item.
package struct ItemOutput: Sendable {
  package typealias ID = OutputID

  package var id: ID
  /// The members of the record; over those of the input when `inherits`.
  package var members: JSONObject
  /// Whether the output's record is the input's with `members` put over it. The memo then keeps
  /// only `members`, so that what the stage did not read (see `Projection`) is never stale in its
  /// output.
  package var inherits: Bool

  package init(id: ID, members: JSONObject, inherits: Bool = false) {
    self.id = id
    self.members = members
    self.inherits = inherits
  }

  /// The id of this output of the item `input`.
  package func id(ofInput input: String) -> String {
    switch id {
    case .same: input
    case .child(let suffix): "\(input)#\(suffix)"
    case .absolute(let id): id
    }
  }
}
