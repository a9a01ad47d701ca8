/// What `fsck` found.
package struct CheckReport: Sendable {
  /// How many objects were read.
  package var objects = 0
  /// One sentence for each thing that is not as it should be.
  package var problems: [String] = []
  /// One sentence for each thing that was made whole at once, without a run.
  package var healed: [String] = []
  /// Whether what is damaged was healed, or forgotten so that the next run makes it again.
  package var isRepaired = false
}
