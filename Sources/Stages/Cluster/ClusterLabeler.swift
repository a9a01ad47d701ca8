import Foundations
import StageKit

/// Gives clusters names that read better than their terms.
protocol ClusterLabeler: Sendable {
  /// What shapes its names (model, prompt, server): part of the stage's key.
  var keyComponents: JSONObject { get }
  /// Why some names are missing that the next run may get; `nil`: nobody failed to answer.
  var shortfall: String? { get }
  /// A name of a few words; `nil` when it has none to give: the terms stand then.
  /// - Parameters:
  ///   - terms: the cluster's terms, the best first.
  ///   - evidence: what its best chunks say.
  func label(terms: [String], evidence: [String], _ context: StageContext) throws -> String?
}
