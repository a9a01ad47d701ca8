/// A token that stands in the text as it is (`[SEP]`), whatever the model would make of it.
struct AddedToken: Sendable {
  var bytes: [UInt8]
  let id: Int32
  /// Whether it is looked for after the text was normalized.
  var isNormalized = false
  /// Whether it takes the white space before and behind it along.
  var stripsLeft = false
  var stripsRight = false
  /// Whether it must not touch letters or digits.
  var isWord = false

  /// Whether it begins at `position`.
  func matches(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    guard position + bytes.count <= text.count else { return false }
    for index in bytes.indices where text[position + index] != bytes[index] { return false }
    guard isWord else { return true }
    let before = position > 0 ? text[position - 1] : 0x20
    let after = position + bytes.count < text.count ? text[position + bytes.count] : 0x20
    return !Self.isLetter(before) && !Self.isLetter(after)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == 95 || byte >= 48 && byte <= 57 || byte | 0x20 >= 97 && byte | 0x20 <= 122
  }
}

/// The added tokens of a tokenizer.
struct AddedTokens: Sendable {
  /// The longest first: of two that begin at one place the longer one is meant.
  private let tokens: [AddedToken]
  private let begins: [Bool]

  init(_ tokens: [AddedToken]) {
    self.tokens = tokens.filter { !$0.bytes.isEmpty }.sorted { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
    var begins = [Bool](repeating: false, count: 256)
    for token in self.tokens { begins[Int(token.bytes[0])] = true }
    self.begins = begins
  }

  /// Calls `body` with what is between added tokens, and with the numbers of these.
  func forEachPart(_ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int32?) -> Void) {
    guard !tokens.isEmpty else { return text.isEmpty ? () : body(text, nil) }
    var start = 0
    var index = 0
    while index < text.count {
      guard begins[Int(text[index])], let token = tokens.first(where: { $0.matches(text, at: index) }) else {
        index += 1
        continue
      }
      var end = index
      if token.stripsLeft { while end > start, Self.isSpace(text[end - 1]) { end -= 1 } }
      if end > start { body(UnsafeBufferPointer(rebasing: text[start..<end]), nil) }
      body(UnsafeBufferPointer(rebasing: text[index..<index]), token.id)
      index += token.bytes.count
      if token.stripsRight { while index < text.count, Self.isSpace(text[index]) { index += 1 } }
      start = index
    }
    if start < text.count { body(UnsafeBufferPointer(rebasing: text[start...]), nil) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 9 && byte <= 13 }
}
