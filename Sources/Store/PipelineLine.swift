/// A line of results and generations: production's, or a variant's beside it.
///
/// The ledger keeps everything of a line under its key: `handbook`, or `handbook@try`. No name of a pipeline or a
/// variant has an `@`.
package struct PipelineLine: Hashable, Sendable {
  /// As `pipeline:` says.
  package let pipeline: String
  /// `nil`: production.
  package let variant: String?

  package init(_ pipeline: String, variant: String? = nil) {
    self.pipeline = pipeline
    self.variant = variant
  }

  /// Reads what `key` wrote.
  package init(key: String) {
    let parts = key.split(separator: "@", maxSplits: 1).map(String.init)
    self.init(parts.first ?? key, variant: parts.count == 2 ? parts[1] : nil)
  }

  /// What a `forget` makes anew beside a line, while it goes on.
  package var aside: Self { Self(pipeline, variant: "\(variant.map { "\($0)." } ?? "").current") }

  /// Whether it is such a line: no variant that a person names has a `.`.
  package var isAside: Bool { variant?.hasSuffix(".current") ?? false }

  /// How the ledger, `published/` and the leases know it.
  package var key: String { variant.map { "\(pipeline)@\($0)" } ?? pipeline }
}
