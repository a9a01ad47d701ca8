/// How long generations are kept: as long as one of the two wants it.
package struct KeepPolicy: Sendable, Equatable {
  /// So many of the newest.
  package var generations: Int
  /// Those that are not older than so many seconds; `nil`: age keeps none.
  package var seconds: Double?

  /// When the file says nothing.
  package static let standard = KeepPolicy(generations: 14, seconds: nil)
}
