import Foundations

/// The properties of a run of text.
struct WordRun {
  var style: String?
  var isHidden: Bool?
  var script: WordScript?
  var font: String?
  var isBold = false
}
