import Foundations

/// What was filled into a page but is drawn nowhere: values of form fields and free texts whose appearance is missing, as
/// programs leave it to the viewer, and boxes, ticked or not.
enum PDFFields {
  private struct Value {
    let text: String
    let box: PageBox
    let isMark: Bool
  }

  /// Adds them to the lines of a page, where no text stands in their place. `width` and `height` are those of the page as it
  /// is shown.
  static func add(_ objects: PDFObjects, to page: inout PDFPage, width: Double, height: Double) {
    defer { objects.release() }
    let object = objects.page(page.number - 1)
    let list = object["/Annots"]
    guard list.count > 0 else { return }
    let frame = PDFDrawing.frame(object)
    for index in 0..<min(list.count, 5000) {
      guard let value = value(list[index], frame) else { continue }
      var box = page.turn.upright(value.box, width: width, height: height)
      if page.isMirrored { box = page.mirrored(box) }
      let isThere = page.lines.contains { line in
        let (x, y) = ((line.box.left + line.box.right) / 2, (line.box.top + line.box.bottom) / 2)
        return x > box.left - 2 && x < box.right + 2 && y > box.top - 2 && y < box.bottom + 2
      }
      guard value.isMark || !isThere else { continue }
      page.lines += lines(value, box, page.number)
    }
  }

  private static func lines(_ value: Value, _ box: PageBox, _ page: Int) -> [PDFLine] {
    let texts = value.text.split(whereSeparator: \.isNewline).prefix(2000).map {
      $0.split(separator: " ").joined(separator: " ")
    }
    .filter { !$0.isEmpty }
    let step = max(1, min(14, box.height / Double(max(1, texts.count))))
    return texts.enumerated().map { index, text in
      let size = max(4, min(11, step * 0.8))
      let middle = texts.count == 1 ? (box.top + box.bottom) / 2 : box.top + (Double(index) + 0.5) * step
      return PDFLine(
        text: text,
        box: PageBox(
          left: box.left + 2, top: middle - size / 2,
          right: min(max(box.right, box.left + 4), box.left + 2 + size * 0.5 * Double(text.count)),
          bottom: middle + size / 2),
        page: page, size: size, isBold: false, isMono: false, characterWidth: size / 2)
    }
  }

  private static func value(_ annotation: PDFObjects.Object, _ frame: PDFDrawing.Matrix) -> Value? {
    let isField = annotation["/Subtype"].isName("/Widget")
    guard isField || annotation["/Subtype"].isName("/FreeText") else { return nil }
    let flags = Int(clamping: annotation["/F"].number ?? 0)
    guard flags & (2 | 32) == 0, let text = isField ? fieldText(annotation) : annotation["/Contents"].text else {
      return nil
    }
    let corners = annotation["/Rect"].numbers
    guard corners.count == 4 else { return nil }
    let (one, other) = (frame.apply(corners[0], corners[1]), frame.apply(corners[2], corners[3]))
    let box = PageBox(
      left: min(one.x, other.x), top: min(one.y, other.y), right: max(one.x, other.x), bottom: max(one.y, other.y))
    guard box.left.isFinite, box.top.isFinite, box.right.isFinite, box.bottom.isFinite else { return nil }
    return Value(text: text, box: box, isMark: isBox(annotation))
  }

  /// Whether a field is a box to tick and no button to press.
  private static func isBox(_ field: PDFObjects.Object) -> Bool {
    field.inherited("/FT").isName("/Btn") && Int(clamping: field.inherited("/Ff").number ?? 0) & 0x10000 == 0
  }

  private static func fieldText(_ field: PDFObjects.Object) -> String? {
    let kind = field.inherited("/FT")
    let flags = Int(clamping: field.inherited("/Ff").number ?? 0)
    if kind.isName("/Btn") {
      // Buttons to press have no value; of others the state that is shown is the value.
      let state = field["/AS"]
      return isBox(field) ? TickBox.text(!state.isNull && !state.isName("/Off")) : nil
    }
    // A password is none to be read.
    guard kind.isName("/Tx") && flags & 0x2000 == 0 || kind.isName("/Ch") else { return nil }
    let value = field.inherited("/V")
    let values =
      value.count > 0 ? (0..<min(value.count, 100)).compactMap { value[$0].text } : [value.text].compactMap(\.self)
    let options = field.inherited("/Opt")
    let shown = values.map { value in
      for index in 0..<min(options.count, 2000) where options[index].count == 2 && options[index][0].text == value {
        return options[index][1].text ?? value
      }
      return value
    }
    return shown.isEmpty ? nil : shown.joined(separator: ", ")
  }
}
