import Foundations
import Workers

/// Parses untrusted documents in worker processes.
package final class ParserPool: Sendable {
  private let pool: WorkerPool
  private let options: ParseOptions

  package init(
    limits: WorkerLimits = WorkerLimits(), options: ParseOptions = ParseOptions(),
    command: [String] = WorkerPool.thisProgram,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.options = options
    pool = WorkerPool(limits: limits, command: command, assistant: Tesseract.serve, isStopping: isStopping)
  }

  /// The parsed document as the canonical bytes of its JSON (`ParsedDocument.json`), and as what it was read.
  /// - Throws: `ItemProblem` when this document cannot be read, `SluiceError` when none can.
  package func parse(_ bytes: [UInt8], _ source: DocumentSource) throws -> (json: [UInt8], kind: DocumentKind) {
    let answer = try pool.ask(Self.task.name, Order(source: source, options: options), bytes, what: "the document")
    do { return (answer.body, try answer.details.decoded(as: Reading.self).kind) } catch {
      throw SluiceError(.corrupt, "the parser's answer cannot be read: \(error)")
    }
  }

  /// A parsed document itself, and as what it was read.
  package func document(_ bytes: [UInt8], _ source: DocumentSource) throws -> (
    document: ParsedDocument, kind: DocumentKind
  ) {
    let (json, kind) = try parse(bytes, source)
    guard let object = try JSONValue(parsing: json).object else {
      throw SluiceError(.corrupt, "the parser's answer cannot be read")
    }
    return (try ParsedDocument(object), kind)
  }

  private struct Order: Codable {
    let source: DocumentSource
    let options: ParseOptions
  }

  /// What a document was read as.
  private struct Reading: Codable {
    let kind: DocumentKind
  }

  /// What the worker does with an order.
  package static let task = WorkerTask("parse") { frame in
    let order = try frame.details.decoded(as: Order.self)
    let opened = try OpenedDocument(frame.body, order.source)
    let document = try DocumentReader.read(opened, order.options)
    try DocumentBounds.check(document, of: opened.bytes.count, most: frame.most)
    return WorkerFrame(Reading(kind: opened.kind), body: document.json.canonicalBytes)
  }

  /// The pictures of a PDF's pages; none for what is no PDF.
  package func pictures(_ bytes: [UInt8]) throws -> [PagePicture] {
    let answer = try pool.ask(Self.picturesTask.name, options, bytes, what: "the document")
    var rest = answer.body[...]
    return try answer.details.decoded(as: Pictures.self).pages.map { page in
      guard (0...rest.count).contains(page.bytes) else {
        throw SluiceError(.corrupt, "the parser's answer cannot be read")
      }
      defer { rest = rest.dropFirst(page.bytes) }
      return PagePicture(
        number: page.number, width: page.width, height: page.height, png: Array(rest.prefix(page.bytes)))
    }
  }

  /// What the pictures are that stand in a body one behind another.
  private struct Pictures: Codable {
    let pages: [Page]

    struct Page: Codable {
      let number: Int
      let width: Double
      let height: Double
      let bytes: Int
    }
  }

  package static let picturesTask = WorkerTask("pictures") { frame in
    let options = try frame.details.decoded(as: ParseOptions.self)
    let pictures = try PDFPictures.draw(frame.body, options.pdf)
    let pages = pictures.map { picture in
      Pictures.Page(
        number: picture.number, width: picture.width, height: picture.height, bytes: picture.png.count)
    }
    return WorkerFrame(Pictures(pages: pages), body: pictures.flatMap(\.png))
  }
}
