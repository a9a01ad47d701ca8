import Foundations

/// A part of a message: a text, a file, or several parts (RFC 2046).
struct MailPart {
  let headers: MailHeaders
  /// Decoded; empty for what has parts.
  let body: [UInt8]
  let parts: [MailPart]

  var mediaType: String { headers.mediaType ?? "text/plain" }
  var charset: String? { headers.parameter("charset", of: "content-type") }
  var fileName: String? {
    headers.parameter("filename", of: "content-disposition") ?? headers.parameter("name", of: "content-type")
  }
  var isAttachment: Bool { headers.raw("content-disposition")?.lowercased().hasPrefix("attachment") == true }

  private static let deepest = 20
  private static let mostParts = 1_000

  init(_ text: ArraySlice<UInt8>, depth: Int = 0) {
    let headers = MailHeaders(text)
    self.headers = headers
    let content = text[headers.end...]
    if headers.mediaType?.hasPrefix("multipart/") == true, depth < Self.deepest,
      let boundary = headers.parameter("boundary", of: "content-type"), !boundary.isEmpty
    {
      body = []
      parts = Self.split(content, boundary).prefix(Self.mostParts).map { MailPart($0, depth: depth + 1) }
    } else {
      body = TransferEncoding.decoded(content, headers.raw("content-transfer-encoding"))
      parts = []
    }
  }

  /// What stands between the lines that begin with the boundary.
  private static func split(_ text: ArraySlice<UInt8>, _ boundary: String) -> [ArraySlice<UInt8>] {
    let mark = Array("--\(boundary)".utf8)
    var parts: [ArraySlice<UInt8>] = []
    var start: Int?
    var index = text.startIndex
    while index < text.endIndex {
      let stop = text[index...].firstIndex(of: 10) ?? text.endIndex
      if text[index..<stop].starts(with: mark) {
        let isLast = text[(index + mark.count)..<stop].starts(with: "--".utf8)
        if let start {
          // The line end before the boundary belongs to it.
          var end = max(start, index - 1)
          if end > start, text[end - 1] == 13 { end -= 1 }
          parts.append(text[start..<end])
        }
        start = min(stop + 1, text.endIndex)
        if isLast { return parts }
      }
      index = min(stop + 1, text.endIndex)
      if stop == text.endIndex { break }
    }
    if let start, start < text.endIndex { parts.append(text[start...]) }
    return parts
  }
}
