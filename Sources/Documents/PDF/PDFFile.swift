import CPoppler
import Foundations
import Glibc

/// A PDF open in poppler.
final class PDFFile {
  private let bytes: UnsafeMutableRawPointer
  private let document: OpaquePointer

  let pageCount: Int
  /// By name: the same few fonts come in every line.
  private var fonts = PDFFonts()

  struct Bookmark {
    let title: String
    let level: Int
    /// From 1, 0 when unknown.
    let page: Int
    /// Where the page is among those that were read; -1 when it was not.
    var index = -1
  }

  /// Ruling lines come from qpdf; without it tables are found by alignment alone.
  private let objects: PDFObjects?

  /// - Throws: `SluiceError.missing` without poppler; `ItemProblem` for a file that cannot be opened.
  init(_ content: [UInt8], password: String? = nil) throws {
    if let reason = cpoppler_load() {
      throw SluiceError(
        .missing, "PDF files cannot be read: \(String(cString: reason))",
        advice: "Install poppler: apt-get install libpoppler-glib8")
    }
    // poppler keeps pointing into the bytes for as long as the document lives.
    bytes = .allocate(byteCount: max(1, content.count), alignment: 16)
    let copy = bytes
    content.withUnsafeBytes {
      copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
    }
    do {
      objects = try PDFObjects(UnsafeRawBufferPointer(start: bytes, count: content.count), password: password)
      // poppler reads the text of the pages alone.
      if let drawn = objects?.prepared(), let opened = Self.open(drawn) {
        document = opened
      } else {
        document = try Self.open(bytes, content.count, objects, password: password)
      }
    } catch {
      bytes.deallocate()
      throw error
    }
    pageCount = Int(cpoppler_page_count(document))
  }

  /// The document that qpdf has written; it lives as long as `objects`.
  private static func open(_ drawn: UnsafeRawBufferPointer) -> OpaquePointer? {
    guard let start = drawn.baseAddress else { return nil }
    var problem = CPOPPLER_OK
    return cpoppler_open(start, drawn.count, nil, &problem)
  }

  private static func open(
    _ bytes: UnsafeMutableRawPointer, _ count: Int, _ objects: PDFObjects?, password: String?
  ) throws -> OpaquePointer {
    // Only qpdf survives a wrong password; with it, this one is right.
    let key = objects?.isEncrypted == true ? password : nil
    var problem = CPOPPLER_OK
    if let opened = cpoppler_open(bytes, count, key, &problem) { return opened }
    guard problem == CPOPPLER_ENCRYPTED else {
      throw ItemProblem("corrupt_pdf", "the PDF is damaged: it cannot be opened")
    }
    if password != nil, !PDFObjects.isInstalled {
      throw SluiceError(
        .missing, "encrypted PDFs cannot be read without qpdf", advice: "Install it: apt-get install libqpdf29")
    }
    throw ItemProblem("encrypted_pdf", "the PDF is encrypted and needs a password")
  }

  deinit {
    cpoppler_close(document)
    bytes.deallocate()
  }

  var title: String? { info(CPOPPLER_TITLE) }

  /// What the document says of itself: author, subject, keywords, dates.
  var metadata: [String: String] {
    DocumentProperties.members(
      author: info(CPOPPLER_AUTHOR), date: Self.date(cpoppler_date(document, 0)),
      modified: Self.date(cpoppler_date(document, 1)), description: info(CPOPPLER_SUBJECT),
      keywords: info(CPOPPLER_KEYWORDS)
    )
  }

  /// The language that the document declares, as a BCP 47 tag.
  var language: String? {
    guard let tag = objects?.root["/Lang"].text, (2...35).contains(tag.utf8.count),
      tag.utf8.allSatisfy({
        $0 == UInt8(ascii: "-") || $0 >= 48 && $0 <= 57 || $0 >= 65 && $0 <= 90 || $0 >= 97 && $0 <= 122
      })
    else { return nil }
    return tag
  }

  private func info(_ what: cpoppler_info) -> String? {
    guard let text = cpoppler_info(document, what) else { return nil }
    defer { free(text) }
    let plain = String(
      String.UnicodeScalarView(String(cString: text).unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    let words = plain.split(separator: " ").joined(separator: " ")
    // What programs write when nobody said anything.
    let isFiller = ["anonymous", "(anonymous)", "unspecified", "(unspecified)", "unknown", "untitled"].contains(
      words.lowercased())
    return words.isEmpty || isFiller ? nil : words
  }

  private static func date(_ seconds: Int64) -> String? {
    guard seconds > 0 else { return nil }
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    guard strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0 else { return nil }
    return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// Of a page (from 1), in points.
  func size(of number: Int) -> (width: Double, height: Double)? {
    var (width, height) = (0.0, 0.0)
    guard cpoppler_page_size(document, Int32(number - 1), &width, &height) != 0 else { return nil }
    return (width, height)
  }

  /// The picture of a page (from 1) as PNG, `scale` pixels a point.
  func picture(_ number: Int, scale: Double) -> [UInt8]? {
    var length = 0
    guard let bytes = cpoppler_render(document, Int32(number - 1), scale, &length) else { return nil }
    defer { free(bytes) }
    return Array(UnsafeRawBufferPointer(start: bytes, count: length))
  }

  /// The resolution of the largest picture on a page, in pixels a point; `nil` when it has none.
  func pictureScale(_ number: Int) -> Double? {
    let scale = cpoppler_picture_scale(document, Int32(number - 1))
    return scale > 0 && scale.isFinite ? scale : nil
  }

  var bookmarks: [Bookmark] {
    var count: UInt32 = 0
    return Self.taken(cpoppler_bookmarks(document, 50_000, &count), count)
  }

  /// The headings that the structure of a tagged document names; their texts may be mangled where they are not
  /// ASCII. Reading them takes a pass over the page for each, so large documents have none.
  var taggedHeadings: [Bookmark] {
    guard pageCount <= 400 else { return [] }
    var count: UInt32 = 0
    return Self.taken(cpoppler_tagged_headings(document, 400, &count), count)
  }

  private static func taken(_ list: UnsafeMutablePointer<cpoppler_bookmark>?, _ count: UInt32) -> [Bookmark] {
    defer { cpoppler_free_bookmarks(list, count) }
    return UnsafeBufferPointer(start: list, count: Int(count)).map {
      Bookmark(
        title: String(cString: $0.title), level: Int($0.level), page: Int($0.page), index: Int($0.page) - 1)
    }
  }

  /// The text of a page (from 1) as line segments; `nil` when the page cannot be read.
  func page(_ number: Int) -> PDFPage? {
    var raw = cpoppler_page()
    guard cpoppler_read_page(document, Int32(number - 1), &raw) != 0 else { return nil }
    defer { cpoppler_free_page(&raw) }
    fonts.descriptor = { [objects] name in objects.flatMap { PDFFontDescriptor(name, $0.page(number - 1)) } }
    var page = PDFPage(number: number, raw, rules: [], &fonts)
    guard let objects else {
      // Without qpdf nobody knows what is drawn: a page without text is taken for a picture.
      page.hasPicture = page.lines.isEmpty
      return page
    }
    PDFFields.add(objects, to: &page, width: raw.width, height: raw.height)
    // Where no two texts stand side by side, lines part nothing.
    guard page.lines.isEmpty || page.mayHaveTable || page.mayHaveItems else { return page }
    let drawing = PDFDrawing(objects, page: number - 1)
    var (rules, strokes) = page.read(drawing, width: raw.width, height: raw.height)
    if drawing.isExcessive { rules = [] }
    if rules.contains(where: { !$0.isLevel }) || !(page.gutters.isEmpty && page.cellAreas.isEmpty) && !rules.isEmpty {
      // Upright lines part what stands on either side of them, level ones end columns: the characters are gone through
      // again.
      let upright = page.isMirrored ? rules.map { $0.mirrored(page.width) } : rules
      page = PDFPage(number: number, raw, rules: upright, &fonts)
      PDFFields.add(objects, to: &page, width: raw.width, height: raw.height)
    }
    page.rules = rules
    page.strokes = strokes
    if page.turn == .upright, strokes.count < 400 {
      PDFDrawnBullets.add(page.isMirrored ? drawing.dots.map(page.mirrored) : drawing.dots, to: &page.lines)
    }
    page.hasPicture = drawing.drawsSomething
    return page
  }
}
