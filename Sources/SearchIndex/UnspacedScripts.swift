/// Words of scripts that are written without spaces, for FTS5, which splits at spaces.
///
/// A run of such letters becomes overlapping pairs and its last letter alone (as Lucene's CJK analyzer): 東京都 stands
/// as 東京, 京都, 都. So a question of two letters is one term, one of a single letter a prefix, a longer one a
/// phrase; no dictionary, no language has to be named, and any SQLite can read the file.
enum UnspacedScripts {
  /// The text as FTS5 gets it.
  static func spaced(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0xE0 }) else { return text }
    var out = String.UnicodeScalarView()
    var run: [[Unicode.Scalar]] = []
    func flush() {
      guard !run.isEmpty else { return }
      for term in terms(run) {
        out.append(" ")
        out.append(contentsOf: term.unicodeScalars)
      }
      out.append(" ")
      run = []
    }
    for scalar in text.unicodeScalars {
      if isUnspaced(scalar) {
        run.append([scalar])
      } else if !run.isEmpty, isMark(scalar) {
        run[run.count - 1].append(scalar)
      } else {
        flush()
        out.append(scalar)
      }
    }
    flush()
    return String(out)
  }

  /// The pairs and the last letter.
  private static func terms(_ run: [[Unicode.Scalar]]) -> [String] {
    run.indices.map { index in
      string(run[index...].prefix(2).joined())
    }
  }

  /// What a run of a question asks for, as FTS5 expressions.
  static func query(_ run: String) -> [String] {
    var letters: [[Unicode.Scalar]] = []
    for scalar in run.unicodeScalars {
      if isMark(scalar), !letters.isEmpty {
        letters[letters.count - 1].append(scalar)
      } else {
        letters.append([scalar])
      }
    }
    if letters.count == 1 { return ["\"\(string(letters[0]))\"*"] }
    let pairs = letters.indices.dropLast().map { string(letters[$0...].prefix(2).joined()) }
    // The whole run counts once more: where it stands as it was asked for is the better place.
    return (pairs.count > 1 ? [pairs.joined(separator: " ")] : []).map { "\"\($0)\"" } + pairs.map { "\"\($0)\"" }
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// Vowel signs and tone marks belong to the letter before them.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: return true
    default: return false
    }
  }

  /// Letters of Han, kana, Hangul (whose words change at their ends), Thai, Lao, Khmer, Myanmar, Tibetan, Yi.
  static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0xE00: return false
    case 0xE00...0xEFF, 0xF00...0x109F, 0x1780...0x17FF, 0x19E0...0x19FF, 0x1A20...0x1AAF, 0x1100...0x11FF,
      0x2E80...0x2FDF, 0x3005...0x3007, 0x3031...0x3035, 0x3041...0x318F, 0x31A0...0x31BF, 0x31F0...0x31FF,
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xA9E0...0xA9FF, 0xAA60...0xAA7F,
      0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x323AF:
      switch scalar.properties.generalCategory {
      case .otherLetter, .modifierLetter, .letterNumber: return true
      default: return false
      }
    default: return false
    }
  }
}
