import CQPDF
import Foundations
import Glibc

/// The objects of a PDF, through qpdf.
final class PDFObjects {
  fileprivate let document: OpaquePointer

  /// `nil` when qpdf is not installed or cannot read the file: then ruling lines are unknown. `bytes` must
  /// outlive this.
  /// - Throws: `ItemProblem` `encrypted_pdf` for a wrong password.
  init?(_ bytes: UnsafeRawBufferPointer, password: String?) throws {
    guard cqpdf_load() == nil else { return nil }
    var isWrong: Int32 = 0
    guard let opened = cqpdf_open(bytes.baseAddress, bytes.count, password, &isWrong) else {
      if isWrong != 0, password != nil {
        throw ItemProblem("encrypted_pdf", "the PDF is encrypted, and the password does not open it")
      }
      return nil
    }
    document = opened
  }

  var isEncrypted: Bool { cqpdf_is_encrypted(document) != 0 }

  deinit { cqpdf_close(document) }

  static var isInstalled: Bool { cqpdf_load() == nil }

  /// The document anew, with what form fields, free texts and stamps show as a part of their pages, and with what is known of
  /// the letters of bitmap fonts; `nil` when it has none of them.
  func prepared() -> UnsafeRawBufferPointer? {
    let mended = PDFBitmapFonts.mend(self)
    release()
    guard cqpdf_draw_annotations(document) > 0 || mended > 0 else { return nil }
    var length = 0
    guard let bytes = cqpdf_write(document, &length) else { return nil }
    return UnsafeRawBufferPointer(start: bytes, count: length)
  }

  /// 0 for a file whose pages cannot be found.
  var pageCount: Int { max(0, Int(cqpdf_page_count(document))) }

  var root: Object { Object(owner: self, handle: cqpdf_root(document)) }

  /// Page `index`, from 0.
  func page(_ index: Int) -> Object { Object(owner: self, handle: cqpdf_page(document, Int32(index))) }

  /// Lets go of all objects that were given out.
  func release() { cqpdf_release(document) }

  struct Object {
    fileprivate let owner: PDFObjects
    fileprivate let handle: cqpdf_object

    subscript(_ key: String) -> Object { Object(owner: owner, handle: cqpdf_key(owner.document, handle, key)) }
    subscript(_ index: Int) -> Object { Object(owner: owner, handle: cqpdf_item(owner.document, handle, Int32(index))) }
    var isNull: Bool { cqpdf_is_null(owner.document, handle) != 0 }
    var isStream: Bool { cqpdf_is_stream(owner.document, handle) != 0 }
    /// Of an array.
    var count: Int { Int(cqpdf_count(owner.document, handle)) }

    var number: Double? {
      var value = 0.0
      return cqpdf_number(owner.document, handle, &value) != 0 && value.isFinite ? value : nil
    }

    func isName(_ name: String) -> Bool { cqpdf_is_name(owner.document, handle, name) != 0 }

    var text: String? {
      guard let text = cqpdf_text(owner.document, handle) else { return nil }
      defer { free(text) }
      return String(cString: text)
    }

    /// With its `/`.
    var name: String? {
      guard let name = cqpdf_name(owner.document, handle) else { return nil }
      defer { free(name) }
      return String(cString: name)
    }

    /// Puts a value into a dictionary, written as in a PDF.
    func set(_ key: String, _ value: String) { cqpdf_set(owner.document, handle, key, value) }

    /// Puts a stream into a dictionary.
    func setStream(_ key: String, _ content: String) { cqpdf_set_stream(owner.document, handle, key, content) }

    /// Of a dictionary.
    var keys: [String] {
      guard let keys = cqpdf_keys(owner.document, handle) else { return [] }
      defer { free(keys) }
      return String(cString: keys).split(separator: "\n").map(String.init)
    }

    /// What a page has, or the nodes above it.
    func inherited(_ key: String) -> Object {
      var value = self[key]
      var at = self
      for _ in 0..<40 where value.isNull {
        at = at["/Parent"]
        if at.isNull { break }
        value = at[key]
      }
      return value
    }

    /// The numbers of an array.
    var numbers: [Double] { (0..<min(count, 16)).compactMap { self[$0].number } }

    /// Hands the decoded data of a stream to `body`, unless it is stored in more than `most` bytes.
    func withData(most: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
      guard isStream, let stored = self["/Length"].number, stored <= Double(most) else { return }
      var length = 0
      guard let bytes = cqpdf_data(owner.document, handle, &length) else { return }
      defer { free(bytes) }
      body(UnsafeBufferPointer(start: bytes, count: length))
    }
  }
}
