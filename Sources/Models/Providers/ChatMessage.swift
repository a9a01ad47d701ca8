/// One turn of a conversation with a model.
package struct ChatMessage: Sendable, Hashable, Encodable {
  package enum Role: String, Sendable, Encodable { case system, user, assistant }
  package let role: Role
  package let text: String

  enum CodingKeys: String, CodingKey {
    case role
    case text = "content"
  }

  package init(_ role: Role, _ text: String) {
    self.role = role
    self.text = text
  }
}
