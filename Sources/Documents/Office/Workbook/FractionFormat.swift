import Foundations

/// Numbers as whole and broken: `# ?/?`, `# ??/16`.
enum FractionFormat {
  enum Piece: Equatable {
    case digit(Character)
    case literal(String)
    case slash
  }

  static func show(_ number: DecimalDigits, _ pieces: [Piece], _ slash: Int) -> String {
    let value = abs(Double(number.plain) ?? 0)
    let before = pieces[..<slash]
    // What stands before a space is the whole number, if digits stand there.
    let gap = before.lastIndex { if case .literal(let text) = $0 { text.contains(" ") } else { false } }
    let hasWhole = gap.map { before[..<$0].contains { if case .digit = $0 { true } else { false } } } ?? false
    let below = pieces[(slash + 1)...]
    let fixed = Int(
      below.compactMap { piece in
        if case .literal(let text) = piece { text } else if case .digit("0") = piece { "0" } else { nil }
      }.joined().filter(\.isNumber))
    let most =
      Int(String(repeating: "9", count: min(4, max(1, below.count { if case .digit = $0 { true } else { false } }))))
      ?? 9
    var whole = hasWhole ? value.rounded(.down) : 0
    let rest = value - whole
    var (top, bottom) =
      fixed.flatMap { $0 > 0 ? (Int(clamping: (rest * Double($0)).rounded()), $0) : nil } ?? nearest(rest, most)
    if hasWhole, top >= bottom {
      whole += 1
      top -= bottom
    }
    if fixed == nil, top == 0 { bottom = 1 }
    if hasWhole, top == 0 { return "\(Int(clamping: whole))" }
    let fraction = "\(top)/\(bottom)"
    return hasWhole && whole > 0 ? "\(Int(clamping: whole)) \(fraction)" : fraction
  }

  /// The fraction nearest to a number, with a denominator of at most `most`.
  private static func nearest(_ value: Double, _ most: Int) -> (Int, Int) {
    var best = (Int(clamping: value.rounded()), 1)
    var error = abs(value - value.rounded())
    for bottom in 2...max(2, most) where error > 1e-12 {
      let top = (value * Double(bottom)).rounded()
      let off = abs(value - top / Double(bottom))
      if off < error - 1e-12 { (best, error) = ((Int(clamping: top), bottom), off) }
    }
    return best
  }
}
