/// A number in Roman letters, small or capital, below 400: what numbers pages and chapters.
struct RomanNumber {
  let value: Int

  private static let signs: [(text: String, value: Int)] = [
    ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1),
  ]

  /// `nil` for what is none as it is written properly: `mix` and `civil` are words.
  init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 9 else { return nil }
    var rest = text.lowercased()[...]
    var sum = 0
    for sign in Self.signs {
      var times = 0
      while rest.hasPrefix(sign.text) {
        guard times < (sign.text.utf8.count == 2 || sign.value == 5 || sign.value == 50 ? 1 : 3) else { return nil }
        rest = rest.dropFirst(sign.text.count)
        sum += sign.value
        times += 1
      }
    }
    guard rest.isEmpty else { return nil }
    value = sum
  }
}
