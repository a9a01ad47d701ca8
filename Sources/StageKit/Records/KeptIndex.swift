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
  /// Tells updates apart: the server's state is not what an old result says.
  package var update: String

  package init(store: String, url: String, collections: [String], chunks: Int, update: String) {
    self.store = store
    self.url = url
    self.collections = collections
    self.chunks = chunks
    self.update = update
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
