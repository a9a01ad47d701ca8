import Foundations

/// The properties of a run of text.
struct WordRun {
  var style: String?
  var isHidden: Bool?
  var script: WordScript?
  var font: String?
  /// How far its base line is moved, and whether it has a size of its own: both together are raised or lowered signs.
  var shift = 0
  var hasSize = false
}
