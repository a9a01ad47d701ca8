import Foundations

/// The words of a document, to tell which hyphens at the ends of lines belong to the text.
struct PDFWords {
  /// Hashes of the words in lower case: of two words that share one, one may be joined wrongly, and that is all.
  private var words: Set<UInt64> = []

  init(_ pages: [[PDFLine]]) {
    for line in pages.joined() {
      // What a hyphen cuts off at the end of a line is no word.
      let isCut = line.text.utf8.last == UInt8(ascii: "-")
      var hash = Self.seed
      var isEmpty = true
      for byte in line.text.utf8 {
        if Self.isPart(byte) {
          hash = Self.mix(hash, byte)
          isEmpty = false
        } else if !isEmpty {
          words.insert(hash)
          hash = Self.seed
          isEmpty = true
        }
      }
      if !isEmpty && !isCut { words.insert(hash) }
    }
  }

  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte >= 65 && byte <= 90 ? byte + 32 : byte)) &* 0x100_0000_01B3
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte >= 0x80 || byte == UInt8(ascii: "-")
  }

  /// Whether the document writes this word somewhere.
  private func contains(_ word: String) -> Bool {
    let bytes = word.utf8.drop { !Self.isPart($0) }.prefix { Self.isPart($0) }
    return !bytes.isEmpty && words.contains(bytes.reduce(Self.seed) { Self.mix($0, $1) })
  }

  /// Whether a hyphen at the end of a line only parts a word. The document's own words tell: it writes the word whole
  /// somewhere, or with its hyphen; where it does neither, two parts that are words themselves are a compound.
  private func isOneWord(_ text: Substring, _ next: String) -> Bool {
    let head = text.split(separator: " ").last ?? ""
    let tail = next.prefix { $0.isLetter || $0 == "-" || $0 == "'" || $0 == "’" }
    let whole = String(tail.prefix { $0.isLetter })
    guard !whole.isEmpty, !head.contains("-"), !head.contains("\u{2010}") else { return false }
    let start = String(head.drop { !$0.isLetter })
    if contains(start + whole) || contains(start + tail) { return true }
    // `state-` and `of-the-art` are parts of a compound.
    if tail.contains("-") { return false }
    if contains(start + "-" + tail) || contains(start + "-" + whole) { return false }
    return !(contains(start) && contains(whole))
  }

  /// The lines as running text.
  func join(_ lines: [PDFLine]) -> String {
    var text = ""
    for line in lines {
      let next = line.words
      if text.isEmpty {
        text = next
      } else if text.hasSuffix("\u{AD}") {
        text.removeLast()
        text += next
      } else if text.hasSuffix("-") || text.hasSuffix("\u{2010}"),
        next.unicodeScalars.first?.properties.isLowercase == true,
        text.unicodeScalars.dropLast().last?.properties.isAlphabetic == true
      {
        if isOneWord(text.dropLast(), next) { text.removeLast() }
        text += next
      } else if text.hasSuffix("/"), text.split(separator: " ").last?.contains("://") == true {
        // An address that goes on in the next line.
        text += next
      } else if PDFScripts.joinsWithoutSpace(text.unicodeScalars.last, next.unicodeScalars.first) {
        text += next
      } else {
        text += " " + next
      }
    }
    return text
  }
}
