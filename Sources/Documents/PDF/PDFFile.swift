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

  /// - Throws: `SluiceError.missing` without poppler; `ItemProblem` for a file that cannot be opened.
  init(_ content: [UInt8]) throws {
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
    var problem = CPOPPLER_OK
    guard let opened = cpoppler_open(bytes, content.count, &problem) else {
      bytes.deallocate()
      throw problem == CPOPPLER_ENCRYPTED
        ? ItemProblem("encrypted_pdf", "the PDF is encrypted and needs a password")
        : ItemProblem("corrupt_pdf", "the PDF is damaged: it cannot be opened")
    }
    document = opened
    pageCount = Int(cpoppler_page_count(opened))
  }

  deinit {
    cpoppler_close(document)
    bytes.deallocate()
  }

  var title: String? {
    guard let text = cpoppler_title(document) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  var bookmarks: [Bookmark] {
    var count: UInt32 = 0
    let list = cpoppler_bookmarks(document, 50_000, &count)
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
    return PDFPage(number: number, raw, &fonts)
  }
}
