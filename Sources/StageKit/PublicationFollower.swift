import Foundations

/// Brings something outside (a vector store) to what is published of a stage, forwards and backwards, by the difference.
package protocol PublicationFollower: Sendable {
  /// - Parameters:
  ///   - inputs: what the published result was made of.
  ///   - former: what the last call left behind; `nil`: there was none.
  /// - Returns: what the next call has to know: which collections there are.
  /// - Throws: when it cannot be reached, or holds what is not Sluice's: the next run tries again.
  func follow(_ inputs: CollectionInputs, former: JSONValue?, _ context: StageContext) throws -> JSONValue
}
