import CUTF8Proc
import Foundations
import Glibc

/// Forms in which texts that say the same have the same bytes.
package enum NormalForm {
  /// Unicode's composed form (NFC); `nil` for what is no UTF-8.
  package static func composed(_ bytes: [UInt8]) -> [UInt8]? {
    var count = 0
    guard let raw = utf8_normalize(bytes, bytes.count, UTF8_NFC, &count) else { return nil }
    defer { free(raw) }
    return Array(UnsafeBufferPointer(start: raw, count: count))
  }

  /// As it is compared in searches (NFKC_Casefold): full width, ligatures and capitals are plain small letters, `ß` is
  /// `ss`, and what shows nothing, as soft hyphens, is gone.
  package static func folded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 >= 0x80 }) else { return text.lowercased() }
    var count = 0
    guard let raw = utf8_normalize(bytes, bytes.count, UTF8_NFKC_CASEFOLD, &count) else {
      preconditionFailure("a String is UTF-8")
    }
    defer { free(raw) }
    return String(decoding: UnsafeBufferPointer(start: raw, count: count), as: UTF8.self)
  }

  /// The composed form, with one space for each stretch of white space and none at the ends.
  package static func plain(_ text: String) -> String {
    let bytes = Array(text.utf8)
    // ASCII is its own composed form.
    guard bytes.contains(where: { $0 >= 0x80 }) else { return singleSpaced(text) }
    guard let composed = composed(bytes) else { preconditionFailure("a String is UTF-8") }
    return singleSpaced(String(decoding: composed, as: UTF8.self))
  }

  private static func singleSpaced(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var isWaiting = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        isWaiting = !scalars.isEmpty
        continue
      }
      if isWaiting { scalars.append(" ") }
      isWaiting = false
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
