import Foundations
import Store

/// What leaves, or left, when items are forgotten.
package struct ForgettingReport: Sendable {
  /// Of one stage of one line, among its newest results.
  package struct Leaving: Sendable {
    package let line: PipelineLine
    package let stage: String
    /// How many of its items.
    package let count: Int
    /// The first of them.
    package let examples: [String]
  }

  /// A generation that held some.
  package struct Generation: Sendable {
    package let line: PipelineLine
    package let number: Int
    package let state: GenerationRecord.State
    /// Stages that it no longer holds: they were made of whole datasets, and cannot be made again as they were then.
    package let gone: [String]
    /// Stages that are made anew for it alone: readers have it, and the newest results are others.
    package let anew: [String]
  }

  /// A stage that could not be made anew.
  package struct Problem: Sendable {
    package let line: PipelineLine
    package let stage: String
    package let message: String
  }

  /// So many items of a stage are named.
  package static let mostExamples = 20

  package var leaving: [Leaving] = []
  /// Stages that are made anew, since they read whole datasets: line and stage.
  package var anew: [(line: PipelineLine, stage: String)] = []
  package var generations: [Generation] = []
  package var problems: [Problem] = []
  /// Sources whose memory of the world named some.
  package var states: [String] = []
  /// Recorded answers of the user's own that still name them.
  package var recordings: [String] = []
  /// What lies outside and could not be brought to what is published now.
  package var lagging: [StageLag] = []
  /// `nil` before it was done.
  package var findings: ForgettingFindings?

  /// Whether nothing is left, below the artifacts and outside.
  package var isClean: Bool { findings?.isClean ?? false && lagging.isEmpty }
}
