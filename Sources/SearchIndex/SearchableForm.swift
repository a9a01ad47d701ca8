import Formats

/// The form in which texts and questions meet: folded, without vowel signs and accents that people leave out.
enum SearchableForm {
  static func of(_ text: String) -> String {
    let folded = NormalForm.folded(text)
    guard folded.utf8.contains(where: { $0 >= 0xC0 }) else { return folded }
    var scalars = String.UnicodeScalarView()
    for scalar in folded.unicodeScalars where !isLeftOut(scalar) {
      // FTS5 takes accents off Latin letters; for Russian readers this one alone is optional.
      scalars.append(scalar == "ё" ? "е" : scalar)
    }
    return String(scalars)
  }

  /// Points of Hebrew and vowel signs of Arabic, and the stroke that only lengthens a word.
  private static func isLeftOut(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7, 0x0610...0x061A, 0x0640, 0x064B...0x065F,
      0x0670,
      0x06D6...0x06DC, 0x06DF...0x06E4, 0x06E7...0x06E8, 0x06EA...0x06ED:
      true
    default: false
    }
  }
}
