import Foundations
import Models
import SearchIndex

/// A server that keeps chunks with their vectors. Used by one thread.
package protocol VectorStore: AnyObject, SendableMetatype {
  static var traits: StoreTraits { get }

  /// Connects.
  init(_ address: VectorStoreAddress) throws(SluiceError)
  /// Turns to a collection and makes it where there is none.
  /// - Throws: `.vectorStoreError` when it holds vectors of another space, or was not made by Sluice.
  func open(_ collection: String, _ passport: VectorPassport) throws(SluiceError)
  /// The ids and item digests of all chunks of the open collection, by the ids' UTF-8.
  func existing() throws(SluiceError) -> [(id: String, digest: Digest)]
  /// Takes chunks out; ids that are not there are passed over.
  func remove(_ ids: [String]) throws(SluiceError)
  /// Adds chunks that are not there.
  func add(_ chunks: [IndexedChunk]) throws(SluiceError)
  /// Completes the update of the open collection: readers see it from now on, if they did not before.
  func commit() throws(SluiceError)
  /// Removes a collection that Sluice made; does nothing when there is none.
  func drop(_ collection: String) throws(SluiceError)
}

extension VectorStore {
  package var batch: Int { Self.traits.batch }
}

/// What one kind of stores is like.
package struct StoreTraits: Sendable {
  /// What its URLs begin with; the first is the usual one.
  let schemes: [String]
  /// One of them, for advice.
  let example: String
  /// How many chunks go at once.
  package let batch: Int
  /// Whether URLs may name the user.
  let takesUser: Bool
}

/// The kinds of stores, by the names that pipelines have for them.
package enum VectorStoreKind: String, Sendable {
  case chroma, postgres

  var store: any VectorStore.Type {
    switch self {
    case .chroma: ChromaStore.self
    case .postgres: PostgresStore.self
    }
  }

  package var exampleURL: String { store.traits.example }
}
