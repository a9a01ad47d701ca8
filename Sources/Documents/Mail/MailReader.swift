import Foundations

/// Reads a mail message as its reader sees it: subject, sender, text, and the files that came with it.
enum MailReader {
  static func read(_ bytes: [UInt8], _ options: ParseOptions, depth: Int) throws -> ParsedDocument {
    let message = MailPart(bytes[...])
    var elements: [DocumentElement] = []
    let subject = message.headers.text("subject").map(spaced)
    if let subject, !subject.isEmpty { elements.append(DocumentElement(.title, subject, level: 1)) }
    let people = [("From", "from"), ("To", "to"), ("Cc", "cc"), ("Date", "date")].compactMap { name, field in
      message.headers.text(field).map { "\(name): \(spaced($0))" }
    }
    if !people.isEmpty { elements.append(DocumentElement(.text, people.joined(separator: ", "))) }
    var reading = Reading(options: options, depth: depth)
    try reading.add(message)
    elements += reading.elements
    var document = ParsedDocument(elements: elements)
    document.title = subject
    document.metadata = DocumentProperties.members(
      author: message.headers.text("from").map(spaced), date: message.headers.raw("date").flatMap { WebDate.iso($0) })
    if !reading.unread.isEmpty { document.metadata["attachments_unread"] = reading.unread.joined(separator: "; ") }
    document.fillSectionPaths()
    return document
  }

  /// A page saved with all that belongs to it (MHTML): the page.
  static func page(_ bytes: [UInt8], _ options: ParseOptions) throws -> ParsedDocument {
    let whole = MailPart(bytes[...])
    guard let page = first(whole, where: { $0.mediaType == "text/html" || $0.mediaType == "application/xhtml+xml" })
    else { throw ItemProblem("no_text", "there is no page in this web archive") }
    var document = try HTMLReader.read(page.body, charset: page.charset, options)
    document.title = document.title ?? whole.headers.text("subject").map(spaced)
    if let address = whole.headers.raw("snapshot-content-location"), document.metadata["canonical"] == nil {
      document.metadata["canonical"] = address
    }
    return document
  }

  private static func first(_ part: MailPart, where condition: (MailPart) -> Bool) -> MailPart? {
    if condition(part) { return part }
    for inner in part.parts { if let found = first(inner, where: condition) { return found } }
    return nil
  }

  static func spaced(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  private struct Reading {
    let options: ParseOptions
    let depth: Int
    var elements: [DocumentElement] = []
    /// Files that cannot be read, and why.
    var unread: [String] = []
    private var count = 0

    init(options: ParseOptions, depth: Int) {
      self.options = options
      self.depth = depth
    }

    mutating func add(_ part: MailPart) throws {
      switch part.mediaType {
      case "multipart/alternative": if let best = Self.best(part.parts) { try add(best) }
      case "multipart/related":
        // The first is the text, the others are its pictures.
        if let first = part.parts.first { try add(first) }
        for other in part.parts.dropFirst() where other.isAttachment { try add(other) }
      case let type where type.hasPrefix("multipart/"): for inner in part.parts { try add(inner) }
      case "text/plain" where !part.isAttachment && part.fileName == nil: text(part)
      case "text/html" where !part.isAttachment: try html(part)
      default: file(part)
      }
    }

    /// The plainest that has words: the others say the same.
    private static func best(_ parts: [MailPart]) -> MailPart? {
      let plain = parts.first { $0.mediaType == "text/plain" && $0.body.contains { $0 > 0x20 } }
      return plain ?? parts.last { !$0.parts.isEmpty || $0.mediaType.hasPrefix("text/") } ?? parts.first
    }

    private mutating func text(_ part: MailPart) {
      let text = TextDecoding.decode(part.body, declared: [part.charset]).text
      elements += PlainTextReader.read(utf8: text).elements
    }

    private mutating func html(_ part: MailPart) throws {
      let text = TextDecoding.decode(part.body, declared: [part.charset, HTMLCharset.declared(in: part.body)]).text
      elements += try HTMLReader.elements(utf8: text)
    }

    private mutating func file(_ part: MailPart) {
      let isPicture = part.mediaType.hasPrefix("image/") && !part.isAttachment
      guard !part.body.isEmpty, !isPicture else { return }
      let name = part.fileName ?? (part.mediaType == "message/rfc822" ? "message" : part.mediaType)
      count += 1
      guard count <= 100, depth < 4 else {
        unread.append(name)
        return
      }
      let source = DocumentSource(
        contentType: part.mediaType == "application/octet-stream" ? nil : part.mediaType, charset: part.charset,
        name: part.fileName)
      do {
        let document = try DocumentReader.read(part.body, source, options, depth: depth + 1)
        elements.append(DocumentElement(.title, name, level: 1))
        elements += document.elements.map { element in
          var element = element
          if element.kind == .title { element.level = min(6, (element.level ?? 1) + 1) }
          element.page = nil
          element.box = nil
          return element
        }
      } catch {
        unread.append("\(name): \((error as? ItemProblem)?.message ?? "\(error)")")
      }
    }
  }
}
