import Foundations

/// What a stage's last complete result says besides its dataset, by kind of stage.
package enum StageResult: Sendable, Equatable {
  case source(SourceResult)
  case items(ItemsResult)
  case collection(CollectionResult)

  /// What was made item by item, and of what; `nil` for a stage that reads whole datasets.
  package var origin: ItemOrigin? {
    switch self {
    case .source(let result): result.origin
    case .items(let result): result.origin
    case .collection: nil
    }
  }
}

/// Where a dataset that was made item by item comes from.
package struct ItemOrigin: Sendable, Equatable {
  /// The dataset that was worked on: the union of what a stage needs, or a source's listing.
  package var input: Digest
  /// A stored `Derivation`.
  package var derivation: Digest

  package init(input: Digest, derivation: Digest) {
    self.input = input
    self.derivation = derivation
  }
}

/// What a source made: records of what it lists.
package struct SourceResult: Sendable, Equatable {
  /// Its input is the listing: ids with the digests of their content, which are no objects.
  package var origin: ItemOrigin
  /// The outside world as it was (see `SourceView.fingerprint`); `nil` when it could not be told.
  package var fingerprint: Digest?

  package init(origin: ItemOrigin, fingerprint: Digest?) {
    self.origin = origin
    self.fingerprint = fingerprint
  }
}

/// What a stage made that turns each item into others.
package struct ItemsResult: Sendable, Equatable {
  /// The datasets of the stages it needs, in the order of `needs`.
  package var inputs: [Digest]
  /// What it was made of, item by item.
  package var origin: ItemOrigin
  /// Names what decided for how long results hold (see `ItemStage.freshnessPolicy`).
  package var freshnessPolicy: Digest?
  /// Until when all of its items hold.
  package var validity: Validity

  package init(inputs: [Digest], origin: ItemOrigin, freshnessPolicy: Digest?, validity: Validity) {
    self.inputs = inputs
    self.origin = origin
    self.freshnessPolicy = freshnessPolicy
    self.validity = validity
  }
}

/// What a stage made that reads whole datasets.
package struct CollectionResult: Sendable, Equatable {
  /// What it depends on in each stage that it needs (`StageRecord.inputDigest`), in the order of `needs`.
  package var inputs: [Digest]
  /// The object that lists the digests of the datasets it read, in the same order.
  package var datasets: Digest
  /// Files left beside the items, by name.
  package var files: [String: Digest]
  /// What it says of itself in one line.
  package var summary: String
  /// Whether it is less than it should be and is made anew in the next run.
  package var isProvisional: Bool

  package init(
    inputs: [Digest], datasets: Digest, files: [String: Digest], summary: String, isProvisional: Bool
  ) {
    self.inputs = inputs
    self.datasets = datasets
    self.files = files
    self.summary = summary
    self.isProvisional = isProvisional
  }
}
