import Foundations

/// A paragraph while it is read.
struct WordParagraph {
  var words = ScriptedText()
  var style: String?
  var list: String?
  var level: Int?
  var outline: Int?
  var links: [DocumentLink] = []
  /// Where the link that is open leads, and how many characters stood before its words.
  private var link: (url: String, start: Int)?
  /// Whether it ends in nothing: its mark was deleted, or it is a large first letter.
  var runsOn = false

  mutating func open(link url: String) {
    guard link == nil else { return }
    link = (url, words.text.count)
  }

  mutating func closeLink() {
    guard let (url, start) = link else { return }
    link = nil
    let text = String(words.text.dropFirst(start).drop { $0.isWhitespace })
    if !text.isEmpty { links.append(DocumentLink(text: text, url: url)) }
  }

  /// Puts what ran on into this one in front of it.
  mutating func begin(with former: WordParagraph) {
    words = former.words
    links = former.links
  }
}
