import Foundations

/// `store.json`: which server keeps an index, and in which collections.
package struct KeptIndex: Sendable, Codable {
  /// `chroma`, `pgvector`.
  package var store: String
  /// Where the server is asked, without secrets.
  package var url: String
  /// The names of its collections.
  package var collections: [String]
  /// How many chunks they hold together.
  package var chunks: Int
  /// The digest of the chunks' ids and contents: what the server is brought to.
  package var content: String

  package init(store: String, url: String, collections: [String], chunks: Int, content: String) {
    self.store = store
    self.url = url
    self.collections = collections
    self.chunks = chunks
    self.content = content
  }

  /// - Throws: `.corrupt` when it is not what an index stage wrote.
  package init(file path: String) throws(SluiceError) {
    do {
      self = try JSONValue(parsing: try FileSystem.read(path)).decoded()
    } catch {
      throw SluiceError(.corrupt, "\(path) does not say which server keeps the index: \(error)")
    }
  }
}
