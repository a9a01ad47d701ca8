import Foundations

/// The vector of a chunk: what the embed stage adds to the chunk's record.
package struct ChunkVector: JSONView {
  /// The members that are known by name.
  package enum Name: String {
    case vector, space, model
    case dimensions = "dim"
    case droppedTokens = "dropped_tokens"
  }

  /// All members, those that nobody knows among them.
  package var members: JSONObject
  package init(members: JSONObject) { self.members = members }

  /// The object that holds it, as `sha256:…`: little-endian float32 of length 1.
  package var vector: String? {
    get { self[.vector] }
    set { self[.vector] = newValue }
  }

  /// The object that describes the space that it lies in, as `sha256:…`.
  package var space: String? {
    get { self[.space] }
    set { self[.space] = newValue }
  }

  /// What made it.
  package var model: String? {
    get { self[.model] }
    set { self[.model] = newValue }
  }

  /// How many numbers it has.
  package var dimensions: Int? {
    get { self[.dimensions] }
    set { self[.dimensions] = newValue }
  }

  /// Tokens at the end of the text that the model did not read.
  package var droppedTokens: Int? {
    get { self[.droppedTokens] }
    set { self[.droppedTokens] = newValue }
  }
}
