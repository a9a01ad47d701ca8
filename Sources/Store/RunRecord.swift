/// A run as `sluice runs` lists it.
package struct RunRecord: Sendable {
  package var id: Int
  package var pipeline: String
  package var started: Double
  package var ended: Double?
  package var state: String
  package var arguments: String
  package var exitCode: Int?
  /// JSON; `nil` until it has ended.
  package var counts: String?
}
