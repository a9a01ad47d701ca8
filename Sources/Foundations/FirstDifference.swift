/// Two texts cut so that what differs in them is seen.
package enum FirstDifference {
  /// Both from a little before the first character in which they differ, each no longer than `width` and its ellipses;
  /// what is short enough stays whole.
  package static func shown(_ before: String, _ after: String, width: Int) -> (before: String, after: String) {
    if before.count <= width && after.count <= width { return (before, after) }
    let same = zip(before, after).prefix { $0 == $1 }.count
    // A third of the room for what leads there.
    let start = same <= width / 3 ? 0 : same - width / 3
    func cut(_ text: String) -> String {
      let rest = text.dropFirst(start)
      return (start > 0 ? "…" : "") + rest.prefix(width) + (rest.count > width ? "…" : "")
    }
    return (cut(before), cut(after))
  }
}
