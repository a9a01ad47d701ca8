import Foundations

/// What the words of a short text hint at, in the languages that most of the web is written in.
struct TextHints: OptionSet, Sendable {
  let rawValue: UInt32

  /// The order is that of the content model's inputs.
  static let words: [(name: String, words: String)] = [
    ("rights", "copyright rights reserved © gmbh inc ltd llc terms impressum privacy datenschutz policy trademark"),
    ("consent", "cookie cookies consent gdpr accept decline preferences"),
    ("subscription", "subscribe newsletter signup inbox email unsubscribe join trial demo download"),
    ("account", "login log sign register account password username forgot anmelden connexion"),
    ("sharing", "share tweet follow facebook twitter linkedin instagram youtube pinterest whatsapp print rss"),
    (
      "reading",
      "read more next previous continue related recommended also popular trending latest back top weiterlesen lire suite"
    ),
    ("discussion", "comment comments reply replies answer answers posted said quote thread views likes upvote votes"),
    ("byline", "by author written published updated reviewed editor min ago posted von par por"),
    (
      "date",
      "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
    ),
    ("shop", "cart price shipping delivery checkout stock sale buy order returns wishlist quantity sku usd eur"),
    ("search", "search filter sort results showing page pages"),
    ("menu", "menu home contact about careers press help support faq sitemap close open toggle skip"),
    ("advertising", "advertisement sponsored advertise affiliate commission ads"),
    (
      "plain",
      "the and of to in is that for with as are was this it be on from have not or which der die und das les des est una que los"
    ),
    ("person", "you your we our us i my"),
  ]

  static var names: [String] { words.map(\.name) }

  private static let table = HintTable(words.map(\.words))

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Looks at the first 300 bytes.
  init(of text: String) {
    let table = Self.table
    var bits: UInt32 = 0
    var hash = HintTable.seed
    var length = 0
    for byte in text.utf8.prefix(300) {
      if byte >= 0x80 || byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122 {
        hash = HintTable.add(byte >= 65 && byte <= 90 ? byte | 0x20 : byte, to: hash)
        length += 1
      } else if length > 0 {
        bits |= table[hash]
        hash = HintTable.seed
        length = 0
      }
    }
    if length > 0 { bits |= table[hash] }
    rawValue = bits
  }
}
