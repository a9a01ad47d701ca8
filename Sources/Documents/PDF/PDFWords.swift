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
        let head = text.dropLast().split(separator: " ").last ?? ""
        let tail = next.split(separator: " ").first ?? ""
        // Joined only when the document writes the word like that elsewhere.
        if contains(String(head) + tail) { text.removeLast() }
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
