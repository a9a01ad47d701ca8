import Formats
import Foundations

/// A chunk that statements may rest on.
package struct EvidenceChunk: Sendable, Encodable {
  /// The id of its item.
  package let chunkID: String
  package let documentID: String
  /// Of the document.
  package let title: String?
  /// The headings above it.
  package let sectionPath: String
  /// Where it begins, from 1.
  package let page: Int?
  package let url: String?
  /// `text`, `table` or `code`.
  package let elementType: String
  /// What it says.
  package let text: String

  package init(
    chunkID: String, documentID: String, title: String?, sectionPath: String, page: Int?, url: String?,
    elementType: String, text: String
  ) {
    (self.chunkID, self.documentID) = (chunkID, documentID)
    (self.title, self.elementType, self.text) = (title, elementType, text)
    (self.sectionPath, self.page, self.url) = (sectionPath, page, url)
  }

  /// Where it stands, for readers.
  package var json: JSONObject { JSONObject(encoding: self) }

  /// `Policy manual, 2.1. Scope, page 3`.
  package var place: String {
    var parts = title.map { [$0] } ?? []
    if !sectionPath.isEmpty { parts.append(sectionPath) }
    if let page { parts.append("page \(page)") }
    return parts.isEmpty ? chunkID : parts.joined(separator: ", ")
  }

  /// As `link`, from a page in `artifacts/published/PIPELINE/STAGE/`: a path of the project begins four folders up.
  package func linkFromPublished(to quote: String) -> String? {
    guard let link = link(to: quote) else { return nil }
    let bytes = Array(link.utf8)
    let isWhole = bytes.first == UInt8(ascii: "/") || ByteSearch.range(of: Array("://".utf8), in: bytes) != nil
    return isWhole ? link : "../../../../" + link
  }

  /// A link to the place in the source: to the page of a PDF, or to the quoted words on a web page (Text Fragments of
  /// the Web Incubator Community Group). `nil` when there is no URL that a browser should open.
  package func link(to quote: String) -> String? {
    guard let url, WebLink.safe(url) != nil else { return nil }
    let bytes = url.utf8
    let base = String(decoding: bytes.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
    if let page { return base + "#page=\(page)" }
    guard bytes.starts(with: "http".utf8) else { return url }
    let words = ChunkText.line(quote).split(separator: " ")
    guard !words.isEmpty else { return url }
    let fragment =
      words.count <= 8
      ? Self.encoded(words.joined(separator: " "))
      : Self.encoded(words.prefix(4).joined(separator: " ")) + ","
        + Self.encoded(words.suffix(4).joined(separator: " "))
    return base + "#:~:text=" + fragment
  }

  /// Percent-encoded as a text fragment wants it: `-`, `,` and `&` have a meaning there.
  private static func encoded(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }
}

// Without its text, which is long, and its type.
extension EvidenceChunk {
  private enum CodingKeys: String, CodingKey {
    case title, page, url
    case chunkID = "chunk_id"
    case documentID = "document_id"
    case sectionPath = "section_path"
  }
}
