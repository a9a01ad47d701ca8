import Foundations

/// Commands of publishing programs that a page prints because the part that would carry them out is gone:
/// `[vc_row full_width="stretch"]`, `[/caption]`.
enum Shortcodes {
  private static let names: Set<String> = [
    "caption", "gallery", "embed", "playlist", "audio", "video", "wp_caption", "contact-form-7", "ngg_images", "toc",
  ]
  private static let prefixes = [
    "vc_", "et_pb_", "fusion_", "av_", "mk_", "wpb_", "fl_", "tatsu_", "cs_", "ux_", "rev_",
  ]

  /// The text without them; `nil` when there are none.
  static func removed(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var copied = 0
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "["), let end = end(text, index) else {
        index += 1
        continue
      }
      result += text[copied..<index]
      copied = end
      index = end
    }
    return copied == 0 ? nil : result + text[copied...]
  }

  /// Where a command that begins here ends; `nil` when it is none.
  private static func end(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var index = start + 1
    let isClosing = index < text.count && text[index] == UInt8(ascii: "/")
    if isClosing { index += 1 }
    let nameStart = index
    while index < text.count, isName(text[index]) { index += 1 }
    guard index > nameStart, index < text.count else { return nil }
    let name = String(decoding: text[nameStart..<index], as: UTF8.self)
    let isKnown = names.contains(name) || prefixes.contains { name.hasPrefix($0) }
    guard isKnown else { return nil }
    var rest = text[index...]
    guard let close = rest.firstIndex(of: UInt8(ascii: "]")), close - index < 4_000 else { return nil }
    rest = text[index..<close]
    // Nothing, or parameters.
    let isPlain = rest.allSatisfy { $0 <= 0x20 || $0 == UInt8(ascii: "/") }
    guard isPlain || rest.first.map({ $0 <= 0x20 }) == true && rest.contains(UInt8(ascii: "=")) else { return nil }
    // `[video]` in a text is a word in brackets.
    if isPlain, !isClosing, names.contains(name) { return nil }
    return close + 1
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
