/// How much of a dataset a run may lose without being told to.
package struct VanishGuard: Sendable, Equatable {
  /// The largest share, 0 to 1.
  package var maxVanish: Double
  /// Fewer items than this may always leave.
  package var minimum: Int

  /// Whether so many of a dataset may not leave.
  package func forbids(_ count: Int, of total: Int) -> Bool {
    count > 0 && count >= minimum && Double(count) > maxVanish * Double(total)
  }

  /// When the file has no `guard`: half of a dataset that is not tiny.
  package static let standard = VanishGuard(maxVanish: 0.5, minimum: 20)
}
