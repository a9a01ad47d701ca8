import CFriBidi
import CUTF8Proc

/// What scripts need: some are written without spaces, some from the right.
enum PDFScripts {
  /// Whether a character belongs to Chinese or Japanese, which are written without spaces: ideographs, kana, their marks
  /// and the wide forms of others.
  static func isWide(_ scalar: UInt32) -> Bool {
    guard scalar >= 0x2E80 else { return false }
    switch scalar {
    case 0x2E80...0x312F, 0x3190...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFFEF,
      0x1F200...0x1F2FF, 0x20000...0x3FFFF:
      return true
    default: return false
    }
  }

  /// Whether text goes on over the end of a line without a space.
  static func joinsWithoutSpace(_ last: Unicode.Scalar?, _ first: Unicode.Scalar?) -> Bool {
    guard let last, let first else { return false }
    return isWide(last.value) && isWide(first.value)
  }

  static func isRightToLeft(_ scalar: UInt32) -> Bool { scalar >= 0x590 && bidi_is_right_to_left(scalar) != 0 }

  static func isLeftToRight(_ scalar: UInt32) -> Bool {
    scalar < 0x80
      ? (0x61...0x7A).contains(scalar | 0x20) : bidi_is_left_to_right(scalar) != 0
  }

  /// Whether it stands over or under another character.
  static func isMark(_ scalar: UInt32) -> Bool { scalar >= 0x300 && utf8_is_nonspacing_mark(scalar) != 0 }
}
