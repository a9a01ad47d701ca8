import Foundations

/// What the numbers of characters mean in fonts of TeX: `OT1`, `OML` and `OMS` (Knuth's own, for texts, formulas and
/// signs), `T1` (Cork, TUGboat 11(4), 1990) and `TS1` (its companion of signs).
struct TeXEncoding {
  /// By number; what is not in it means itself.
  private let meanings: [Int: String]

  /// Whether a document whose fonts have these characters is set in `OT1`: what stands at the ligatures of one encoding is
  /// hardly used in the other.
  static func isOld(_ fonts: [Set<Int>]) -> Bool {
    let texts = fonts.filter { letters($0) >= 8 }
    return texts.contains { !$0.isDisjoint(with: 11...15) }
      && !texts.contains { !$0.isDisjoint(with: 27...31) || $0.contains { $0 >= 128 } }
  }

  /// Whether a font has signs alone: bullets, braces, arrows (`OMS`).
  static func isOfSymbols(_ codes: Set<Int>) -> Bool {
    let few: Set<Int> = [102, 103, 104, 105, 106, 107, 110, 112, 120, 121, 122, 123]
    return (!codes.isDisjoint(with: [0, 1, 2, 3, 6, 15, 20, 21]) || codes.isSubset(of: few))
      && codes.isDisjoint(with: [40, 41, 44, 46])
      && codes.allSatisfy {
        symbols[$0] != nil && !((97...122).contains($0) && !few.contains($0)) || (65...90).contains($0)
      }
  }

  private static func letters(_ codes: Set<Int>) -> Int { codes.count { (97...122).contains($0) } }

  /// - Parameters:
  ///   - codes: the characters that the font has.
  ///   - hasGreek: whether letters stand at the ligatures: a font of formulas.
  init(_ codes: Set<Int>, isOld: Bool, isMonospaced: Bool, hasGreek: Bool) {
    // Fonts of formulas have their points elsewhere.
    let isText = !codes.isDisjoint(with: isOld ? 11...15 : 27...31) || codes.contains { $0 == 44 || $0 == 46 }
    if codes.contains(where: { $0 >= 128 }), codes.allSatisfy({ Self.companion[$0] != nil || (48...57).contains($0) }) {
      // No text of three letters and more is without any of ASCII.
      meanings = Self.companion
    } else if Self.isOfSymbols(codes) {
      meanings = Self.symbols
    } else if hasGreek {
      meanings = Self.formulas
    } else if !isText && !codes.contains(where: { !isOld && $0 >= 128 }) {
      meanings = [:]
    } else if isOld {
      meanings = isMonospaced ? Self.typewriter : Self.old
    } else {
      meanings = Self.cork
    }
  }

  /// A ToUnicode map (ISO 32000-2, 9.10.3) for these characters.
  func map(_ codes: Set<Int>) -> String {
    let lines = codes.sorted().compactMap { code -> String? in
      let meaning = meanings[code] ?? ((33...126).contains(code) ? String(UnicodeScalar(UInt8(code))) : nil)
      return meaning.map { text in "<\(hex(code, 2))> <\(text.utf16.map { hex(Int($0), 4) }.joined())>" }
    }
    // No more than 100 stand in one block.
    let blocks = stride(from: 0, to: lines.count, by: 100).map { start in
      let part = lines[start..<min(start + 100, lines.count)]
      return "\(part.count) beginbfchar\n\(part.joined(separator: "\n"))\nendbfchar"
    }
    return """
      /CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /TeX def /CMapType 2 def
      1 begincodespacerange <00> <FF> endcodespacerange
      \(blocks.joined(separator: "\n"))
      endcmap end end
      """
  }

  private func hex(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func meanings(_ first: Int, _ texts: String) -> [Int: String] {
    Dictionary(uniqueKeysWithValues: texts.split(separator: " ").enumerated().map { (first + $0, String($1)) })
  }

  private static let typewriter = meanings(0, "Γ Δ Θ Λ Ξ Π Σ Υ Φ Ψ Ω ↑ ↓ ' ¡ ¿ ı ȷ ` ´ ˇ ˘ ¯ ˚ ¸ ß æ œ ø Æ Œ Ø")
    .merging([39: "’", 96: "‘"]) { $1 }

  private static let formulas =
    meanings(0, "Γ Δ Θ Λ Ξ Π Σ Υ Φ Ψ Ω α β γ δ ϵ ζ η θ ι κ λ μ ν ξ π ρ σ τ υ ϕ χ ψ ω ε ϑ ϖ ϱ ς φ").merging(
      meanings(58, ". , < / > ⋆ ∂")
    ) { $1 }
    .merging([96: "ℓ", 123: "ı", 124: "ȷ", 125: "℘"]) { $1 }

  private static let symbols =
    meanings(
      0, "− · × ∗ ÷ ⋄ ± ∓ ⊕ ⊖ ⊗ ⊘ ⊙ ◯ ◦ • ≍ ≡ ⊆ ⊇ ≤ ≥ ⪯ ⪰ ∼ ≈ ⊂ ⊃ ≪ ≫ ≺ ≻ ← → ↑ ↓ ↔ ↗ ↘ ≃ ⇐ ⇒ ⇑ ⇓ ⇔ ↖ ↙ ∝ ′ ∞ ∈ ∋ △ ▽"
    )
    .merging(meanings(56, "∀ ∃ ¬ ∅ ℜ ℑ ⊤ ⊥ ℵ")) { $1 }
    .merging(meanings(91, "∪ ∩ ⊎ ∧ ∨ ⊢ ⊣ ⌊ ⌋ ⌈ ⌉ { } ⟨ ⟩ | ∥ ↕ ⇕ \\ ≀ √ ⨿ ∇ ∫ ⊔ ⊓ ⊑ ⊒ § † ‡ ¶ ♣ ♢ ♡ ♠")) { $1 }

  private static let companion =
    meanings(132, "† ‡ ‖ ‰ • ℃ $ ¢ ƒ ₡ ₩ ₦ ₲ ₱ ₤ ℞ ‽ ⸘ ₫ ™ ‱ ¶ ฿ № ⁒ ℮ ◦ ℠ ⁅ ⁆ ¢ £ ¤ ¥ ¦ § ¨ © ª © ¬ ℗ ® ¯ ° ±")
    .merging(meanings(178, "² ³ ´ µ ¶ · ※ ¹ º √ ¼ ½ ¾ €")) { $1 }
    .merging([42: "*", 45: "-", 214: "×", 246: "÷"]) { $1 }

  private static let old = meanings(0, "Γ Δ Θ Λ Ξ Π Σ Υ Φ Ψ Ω ff fi fl ffi ffl ı ȷ ` ´ ˇ ˘ ¯ ˚ ¸ ß æ œ ø Æ Œ Ø")
    .merging([34: "”", 39: "’", 60: "¡", 62: "¿", 92: "“", 96: "‘", 123: "–", 124: "—", 125: "˝", 126: "˜", 127: "¨"]) {
      $1
    }

  private static let cork =
    meanings(0, "` ´ ˆ ˜ ¨ ˝ ˚ ˇ ˘ ¯ ˙ ¸ ˛ ‚ ‹ › “ ” „ « » – —").merging(
      meanings(25, "ı ȷ ff fi fl ffi ffl ␣")
    ) { $1 }
    .merging([39: "’", 96: "‘", 127: "-"]) { $1 }
    .merging(meanings(128, "Ă Ą Ć Č Ď Ě Ę Ğ Ĺ Ľ Ł Ń Ň Ŋ Ő Ŕ Ř Ś Š Ş Ť Ţ Ű Ů Ÿ Ź Ž Ż Ĳ İ đ §")) { $1 }
    .merging(meanings(160, "ă ą ć č ď ě ę ğ ĺ ľ ł ń ň ŋ ő ŕ ř ś š ş ť ţ ű ů ÿ ź ž ż ĳ ¡ ¿ £")) { $1 }
    .merging(meanings(192, "À Á Â Ã Ä Å Æ Ç È É Ê Ë Ì Í Î Ï Ð Ñ Ò Ó Ô Õ Ö Œ Ø Ù Ú Û Ü Ý Þ SS")) { $1 }
    .merging(meanings(224, "à á â ã ä å æ ç è é ê ë ì í î ï ð ñ ò ó ô õ ö œ ø ù ú û ü ý þ ß")) { $1 }
}
