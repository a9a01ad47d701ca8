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

  /// The parsed document as the canonical bytes of its JSON (`ParsedDocument.json`).
  /// - Throws: `ItemProblem` when this document cannot be read, `SluiceError` when none can.
  package func parse(_ bytes: [UInt8], _ source: DocumentSource) throws -> [UInt8] {
    var header = JSONObject()
    header["charset"] = source.charset.map { .string($0) }
    header["content_type"] = source.contentType.map { .string($0) }
    header["language"] = source.language.map { .string($0) }
    header["name"] = source.name.map { .string($0) }
    header["options"] = .object(options.order)
    return try pool.ask(Self.task.name, header, bytes, what: "the document").body
  }

  /// A parsed document itself.
  package func document(_ bytes: [UInt8], _ source: DocumentSource) throws -> ParsedDocument {
    guard let object = try JSONValue(parsing: try parse(bytes, source)).object else {
      throw SluiceError(.corrupt, "the parser's answer cannot be read")
    }
    return try ParsedDocument(object)
  }

  /// What the worker does with an order.
  package static let task = WorkerTask("parse") { order in
    let source = DocumentSource(
      contentType: order.header["content_type"]?.string, charset: order.header["charset"]?.string,
      name: order.header["name"]?.string, language: order.header["language"]?.string)
    let document = try DocumentReader.read(order.body, source, ParseOptions(order: order.header["options"]))
    try DocumentBounds.check(
      document, of: order.body.count, most: order.header["most"]?.int ?? WorkerLimits().maxAnswer)
    return WorkerFrame(header: [:], body: document.json.canonicalBytes)
  }

  /// The pictures of a PDF's pages; none for what is no PDF.
  package func pictures(_ bytes: [UInt8]) throws -> [PagePicture] {
    let answer = try pool.ask(
      Self.picturesTask.name, ["options": .object(options.order)], bytes, what: "the document")
    var rest = answer.body[...]
    return try (answer.header["pages"]?.array ?? []).map { page in
      guard let number = page["number"]?.int, let width = page["width"]?.double, let height = page["height"]?.double,
        let count = page["bytes"]?.int, count >= 0, count <= rest.count
      else { throw SluiceError(.corrupt, "the parser's answer cannot be read") }
      defer { rest = rest.dropFirst(count) }
      return PagePicture(number: number, width: width, height: height, png: Array(rest.prefix(count)))
    }
  }

  package static let picturesTask = WorkerTask("pictures") { order in
    let pictures = try PDFPictures.draw(order.body, ParseOptions(order: order.header["options"]).pdf)
    let pages = pictures.map { picture -> JSONValue in
      [
        "number": JSONValue(picture.number), "width": .double(picture.width), "height": .double(picture.height),
        "bytes": JSONValue(picture.png.count),
      ]
    }
    return WorkerFrame(header: ["pages": .array(pages)], body: pictures.flatMap(\.png))
  }
}
