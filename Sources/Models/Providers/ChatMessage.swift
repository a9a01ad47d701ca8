/// One turn of a conversation with a model.
package struct ChatMessage: Sendable, Hashable {
  package enum Role: String, Sendable { case system, user, assistant }
  package let role: Role
  package let text: String

  package init(_ role: Role, _ text: String) {
    self.role = role
    self.text = text
  }
}
