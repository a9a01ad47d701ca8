import Formats
import Foundations

/// What reStructuredText says in its directives (`.. note::`), and what of it readers see.
struct Directives {
  typealias Line = ArraySlice<UInt8>

  /// Reads what a directive holds.
  let read: ([Line]) -> [DocumentElement]

  /// Whether a text has any.
  static func areUsed(_ lines: [Line]) -> Bool {
    lines.contains { line in
      let line = TextLine.trimmed(line)
      guard line.starts(with: ".. ".utf8) else {
        return line.count { $0 == UInt8(ascii: "`") } >= 4
          && String(decoding: line.prefix(400), as: UTF8.self).firstMatch(of: /``[^`\s][^`]*``/) != nil
      }
      let rest = String(decoding: line.dropFirst(3).prefix(60), as: UTF8.self)
      return rest.prefixMatch(of: #/[\w\-:+]+::( |$)|_[^ ].*:|\|.+\| \w+::|\[[#\w*]+\] /#) != nil
    }
  }

  static func begins(_ line: Line) -> Bool {
    let line = TextLine.trimmed(line)
    return line.starts(with: ".. ".utf8) || line.elementsEqual("..".utf8)
  }

  private static let programs: Set<String> = [
    "code-block", "code", "sourcecode", "parsed-literal", "prompt", "doctest", "testcode", "ipython", "literal",
    "highlight-block",
  ]
  private static let unseen: Set<String> = [
    "contents", "toctree", "index", "include", "literalinclude", "highlight", "raw", "meta", "image", "default-role",
    "module", "currentmodule", "sectnum", "header", "footer", "title", "role", "tabularcolumns", "bibliography",
  ]
  private static let plain: Set<String> = [
    "container", "class", "only", "compound", "epigraph", "highlights", "pull-quote", "parsed", "line-block",
    "centered",
    "math", "rubric", "rst-class",
  ]

  /// The elements of a directive.
  /// - Parameter lines: its own and those that are moved in below it.
  func elements(_ lines: [Line]) -> [DocumentElement] {
    let first = TextLine.string(TextLine.trimmed(lines[0])).dropFirst(2).drop { $0 == " " }
    var body = Array(lines.dropFirst())
    if let note = first.prefixMatch(of: #/\[([#\w*]+)\] /#) {
      let words = ([String(first[note.range.upperBound...])] + body.map { TextLine.string(TextLine.trimmed($0)) })
      return [DocumentElement(.footnote, "[\(note.output.1)] " + words.filter { !$0.isEmpty }.joined(separator: " "))]
    }
    // Anything else is a comment, a target or a replacement.
    guard let found = first.prefixMatch(of: /([\w\-:+]+)::( |$)/) else { return [] }
    let name = String(found.output.1.split(separator: ":").last ?? found.output.1)
    var argument = String(first[found.range.upperBound...].drop { $0 == " " })
    guard !Self.unseen.contains(name) else { return [] }
    var options: [String: String] = [:]
    while let line = body.first,
      let option = TextLine.string(TextLine.trimmed(line)).wholeMatch(of: /:([\w\-]+):\s*(.*)/)
    {
      options[String(option.output.1)] = String(option.output.2)
      body.removeFirst()
    }
    if Self.programs.contains(name) { return program(body, argument) }
    switch name {
    case "figure":
      var elements = read(body)
      if elements.first?.kind == .text { elements[0].kind = .caption }
      return elements
    case "table", "list-table", "csv-table":
      let caption = argument.isEmpty ? [] : [DocumentElement(.caption, argument)]
      return caption + table(name, body, options)
    case "versionadded": argument = "New in version " + argument
    case "versionchanged": argument = "Changed in version " + argument
    case "deprecated": argument = "Deprecated since version " + argument
    case _ where Self.plain.contains(name):
      return (argument.isEmpty ? [] : [DocumentElement(.text, argument)]) + read(body)
    case "admonition", "topic", "sidebar": break
    case _
    where ["note", "warning", "tip", "hint", "important", "caution", "danger", "attention", "error", "seealso", "todo"]
      .contains(name):
      let title = name == "seealso" ? "See also" : name.prefix(1).uppercased() + name.dropFirst()
      return led("\(title): ", read(argument.isEmpty ? body : [Array(argument.utf8)[...]] + body))
    default:
      // What a program documents: its name, then what it does.
      return (argument.isEmpty ? [] : [DocumentElement(.text, argument)]) + read(body)
    }
    return led(argument + ": ", read(body))
  }

  private func led(_ lead: String, _ elements: [DocumentElement]) -> [DocumentElement] {
    var elements = elements
    if elements.first?.kind == .text {
      elements[0].text = lead + elements[0].text
      return elements
    }
    return [DocumentElement(.text, String(lead.dropLast()))] + elements
  }

  private func program(_ body: [Line], _ language: String) -> [DocumentElement] {
    let code = Self.dedented(body)
    guard !code.isEmpty else { return [] }
    var element = DocumentElement(.code, code)
    if !language.isEmpty { element.codeLanguage = language }
    return [element]
  }

  /// Lines without what they are all moved in by, and without empty ones around them.
  static func dedented(_ lines: [Line]) -> String {
    let least = lines.filter { !TextLine.trimmed($0).isEmpty }.map { TextLine.indent($0) }.min() ?? 0
    var texts = lines.map { line -> String in
      let text = TextLine.string(line)
      return String(text.dropFirst(min(least, text.prefix { $0 == " " || $0 == "\t" }.count)))
    }
    while texts.first?.allSatisfy(\.isWhitespace) == true { texts.removeFirst() }
    while texts.last?.allSatisfy(\.isWhitespace) == true { texts.removeLast() }
    return texts.joined(separator: "\n")
  }

  private func table(_ name: String, _ body: [Line], _ options: [String: String]) -> [DocumentElement] {
    var rows: [[String]] = []
    switch name {
    case "csv-table":
      let header = options["header"].map { $0 + "\n" } ?? ""
      let text = Array((header + Self.dedented(body)).utf8)
      rows = (try? CSVRows.lenient(text, separator: ",", name: "the table")) ?? []
    case "list-table":
      for line in body {
        let text = TextLine.string(TextLine.trimmed(line))
        if text.hasPrefix("* - ") || text == "* -" {
          rows.append([String(text.dropFirst(4))])
        } else if text.hasPrefix("- ") || text == "-", !rows.isEmpty {
          rows[rows.count - 1].append(String(text.dropFirst(2)))
        } else if !text.isEmpty, let last = rows.last?.indices.last {
          rows[rows.count - 1][last] += " " + text
        }
      }
    default: return read(body)
    }
    rows.removeAll { $0.allSatisfy(\.isEmpty) }
    guard !rows.isEmpty else { return read(body) }
    let heads = options["header"] != nil ? 1 : options["header-rows"].flatMap { Int($0) } ?? 0
    let cells = rows.enumerated().flatMap { row, texts in
      texts.enumerated().map { DocumentTable.Cell(row: row, column: $0, isHeader: row < heads, text: $1) }
    }
    return [DocumentElement(.table, "", table: DocumentTable(cells: cells))]
  }
}
