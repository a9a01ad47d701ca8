import Foundations

extension Filter {
  /// Why no chunk passes, as far as single conditions tell: those that no chunk meets, with some values that there are.
  func note(_ postings: Postings) throws(SluiceError) -> String {
    var lines: [String] = []
    for part in leaves where try part.numbers(postings).isEmpty {
      guard let field = part.fields.first else { continue }
      let known = try postings.values(field, limit: 6).map { "\($0.value.shown.prefix(40))" }
      let shown = known.prefix(5).joined(separator: ", ") + (known.count > 5 ? ", …" : "")
      lines.append("no chunk has \(part) (\(field) is \(shown))")
    }
    guard lines.isEmpty else { return lines.joined(separator: "; ") }
    return "each condition of \(self) is met by some chunk, and never all by one"
  }

  /// The single conditions that narrow it down.
  private var leaves: [Filter] {
    switch self {
    case .compare, .among: [self]
    case .and(let parts), .or(let parts): parts.flatMap(\.leaves)
    case .not: []
    }
  }
}
