import Foundations

/// What one document may take.
package struct ParserLimits: Sendable, Hashable {
  /// Seconds of wall time.
  package var timeout: Double = 30
  /// Bytes of address space of the child.
  package var memory: UInt64 = 2 << 30
  /// Bytes of the document.
  package var maxBytes: Int = 100_000_000
  /// A child is replaced after so many documents: what libraries leak stays small.
  package var documentsPerChild: Int = 500

  package init() {}
}
