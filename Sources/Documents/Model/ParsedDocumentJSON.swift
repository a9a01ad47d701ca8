import Foundations

extension ParsedDocument {
  /// The members of a "parsed document" record without `document_id`; equal documents give equal
  /// objects.
  package var json: JSONObject {
    var object = JSONObject()
    if let title { object["title"] = .string(title) }
    if let language { object["language"] = .string(language) }
    object["elements"] = .array(elements.map { .object($0.json) })
    if !metadata.isEmpty {
      var members = JSONObject()
      for (name, value) in metadata { members[name] = .string(value) }
      object["metadata"] = .object(members)
    }
    if !outline.isEmpty { object["outline"] = .array(outline.map { .object($0.json) }) }
    if !flags.isEmpty { object["flags"] = JSONValue(flags) }
    return object
  }

  /// Reads what `json` made; unknown members are ignored.
  /// - Throws: `SluiceError.badInput` when it is not a parsed document.
  package init(_ object: JSONObject) throws(SluiceError) {
    guard let list = object["elements"]?.array else { throw Self.broken("it has no elements") }
    var elements: [DocumentElement] = []
    elements.reserveCapacity(list.count)
    for value in list {
      guard let member = value.object else { throw Self.broken("an element is not an object") }
      elements.append(try DocumentElement(member))
    }
    self.init(
      title: object["title"]?.string, language: object["language"]?.string, elements: elements)
    for member in object["metadata"]?.object?.members ?? [] { metadata[member.key] = member.value.string }
    outline = object["outline"]?.array?.compactMap { DocumentOutlineEntry($0) } ?? []
    flags = object["flags"]?.array?.compactMap(\.string) ?? []
  }

  static func broken(_ reason: String) -> SluiceError {
    SluiceError(.badInput, "this record is not a parsed document: \(reason)")
  }
}

extension DocumentElement {
  package var json: JSONObject {
    var object = JSONObject()
    if let box {
      object["bbox"] = .array(
        [box.left, box.top, box.right, box.bottom].map { .double(($0 * 10).rounded() / 10) })
    }
    if let codeLanguage { object["code_language"] = .string(codeLanguage) }
    if let level { object["level"] = JSONValue(level) }
    if !links.isEmpty { object["links"] = .array(links.map { .object($0.json) }) }
    if let page { object["page"] = JSONValue(page) }
    if let reason { object["reason"] = .string(reason) }
    object["section_path"] = JSONValue(sectionPath)
    if let table { object["table"] = .object(table.json) }
    if kind != .table || !text.isEmpty { object["text"] = .string(text) }
    object["type"] = .string(kind.rawValue)
    return object
  }

  init(_ object: JSONObject) throws(SluiceError) {
    guard let name = object["type"]?.string, let kind = Kind(rawValue: name) else {
      throw ParsedDocument.broken("an element has no known type")
    }
    var box: PageBox?
    if let numbers = object["bbox"]?.array?.compactMap(\.double), numbers.count == 4 {
      box = PageBox(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
    }
    self.init(
      kind, object["text"]?.string ?? "", level: object["level"]?.int, page: object["page"]?.int,
      box: box,
      sectionPath: object["section_path"]?.array?.compactMap(\.string) ?? [],
      table: try object["table"]?.object.map { value throws(SluiceError) in try DocumentTable(value) },
      links: object["links"]?.array?.compactMap { DocumentLink($0) } ?? [], reason: object["reason"]?.string)
    codeLanguage = object["code_language"]?.string
  }
}

extension DocumentTable {
  package var json: JSONObject {
    let cells = cells.map { cell in
      var object = JSONObject()
      object["column"] = JSONValue(cell.column)
      object["column_span"] = JSONValue(cell.columnSpan)
      object["header"] = .bool(cell.isHeader)
      object["row"] = JSONValue(cell.row)
      object["row_span"] = JSONValue(cell.rowSpan)
      object["text"] = .string(cell.text)
      return JSONValue.object(object)
    }
    return ["cells": .array(cells), "markdown": .string(markdown)]
  }

  /// Reads the member `table` of an element or of a chunk.
  package init(_ object: JSONObject) throws(SluiceError) {
    var cells: [Cell] = []
    for value in object["cells"]?.array ?? [] {
      guard let row = value["row"]?.int, let column = value["column"]?.int,
        let text = value["text"]?.string,
        row >= 0, column >= 0, row < 1_000_000, column < 100_000
      else { throw ParsedDocument.broken("a table's cell has no row, column or text") }
      cells.append(
        Cell(
          row: row, column: column, rowSpan: min(100_000, max(1, value["row_span"]?.int ?? 1)),
          columnSpan: min(10_000, max(1, value["column_span"]?.int ?? 1)),
          isHeader: value["header"]?.bool ?? false,
          text: text))
    }
    self.init(cells: cells)
  }
}
