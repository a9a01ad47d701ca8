import Foundations
import Store

/// A whole dataset as a collection stage reads it: in the order of ids, one record at a time.
package protocol DatasetReader: Sendable {
  /// The stage that made it.
  var stage: String { get }
  /// The type of its items as in stage definitions: `chunk`, `vector`, `cluster`.
  var type: String { get }
  var count: Int { get }
  /// Ids and digests in ascending order of the ids' UTF-8.
  var entries: [DatasetEntry] { get }
  /// Loads one item.
  func item(_ entry: DatasetEntry) throws -> Item
  /// The bytes of an object that an item refers to.
  func body(_ digest: Digest) throws -> [UInt8]
  /// Whether its stage never makes more than one item.
  var isAlwaysOne: Bool { get }
  /// A file that the stage left beside its items (`index.sqlite`), as a path to read from.
  func file(_ name: String) throws -> String?
}

package struct DatasetEntry: Sendable, Hashable {
  package let id: String
  package let digest: Digest
  package init(id: String, digest: Digest) {
    self.id = id
    self.digest = digest
  }
}

extension DatasetReader {
  package var isAlwaysOne: Bool { false }

  /// Calls `body` with every item in order.
  package func forEach(_ body: (Item) throws -> Void) throws {
    for entry in entries { try body(try item(entry)) }
  }
}

/// What a collection stage reads.
package struct CollectionInputs: Sendable {
  /// In the order of `needs`.
  package let datasets: [any DatasetReader]
  /// The dataset and files that this stage made the last time under the same parameters, and the
  /// entries that it made them from, so that it can do only the difference.
  package let previous: Previous?
  /// What this stage made last, under whatever parameters and however the run was begun; only for stages that say
  /// `readsHistory`.
  package let history: (any DatasetReader)?

  package struct Previous: Sendable {
    /// The entries of each input then, in the order of `needs`.
    package let inputs: [[DatasetEntry]]
    package let output: any DatasetReader
    package init(inputs: [[DatasetEntry]], output: any DatasetReader) {
      self.inputs = inputs
      self.output = output
    }
  }

  package init(
    datasets: [any DatasetReader], previous: Previous? = nil, history: (any DatasetReader)? = nil
  ) {
    self.datasets = datasets
    self.previous = previous
    self.history = history
  }

  /// The inputs of a type.
  package func datasets(ofType type: String) -> [any DatasetReader] {
    datasets.filter { $0.type == type }
  }
}

/// What a collection stage made.
package struct CollectionOutput: Sendable {
  /// Items with absolute ids.
  package var items: [Item]
  /// Finished files, by the name under which they are published; the engine moves them away.
  package var files: [String: String]
  /// A line for people: `412 chunks, 19 clusters`.
  package var summary: String
  /// Why this is less than the stage would have made (a budget was spent, a server was down): it is published, and
  /// made anew in the next run. `nil`: it is what it should be.
  package var shortfall: String?
  /// Items of its inputs that it left out because they cannot be used, by id: they are quarantined.
  package var failures: [String: ItemFailure]

  package init(
    items: [Item] = [], files: [String: String] = [:], summary: String = "", shortfall: String? = nil,
    failures: [String: ItemFailure] = [:]
  ) {
    self.shortfall = shortfall
    self.failures = failures
    self.items = items
    self.files = files
    self.summary = summary
  }
}
