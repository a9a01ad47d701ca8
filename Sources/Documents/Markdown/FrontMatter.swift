import Foundations

/// What stands in front of many Markdown files: YAML between lines of `---`, TOML between lines of `+++`. It is about the
/// page and no text of it.
struct FrontMatter {
  private(set) var title: String?
  private(set) var language: String?
  private(set) var members: [String: String] = [:]
  /// Where the text proper begins.
  private(set) var end = 0

  init(_ text: [UInt8]) {
    let lines = ByteSearch.lines(text)
    guard let first = lines.first.map(Self.trimmed), first == "---" || first == "+++" else { return }
    let isTOML = first == "+++"
    // A rule with an empty line behind it parts texts.
    guard lines.dropFirst().first.map({ !Self.trimmed($0).isEmpty }) == true else { return }
    guard
      let close = lines.dropFirst().prefix(400).firstIndex(where: {
        let line = Self.trimmed($0)
        return line == first || !isTOML && line == "..."
      }),
      Self.isAbout(lines[1..<close].map { String(decoding: $0, as: UTF8.self) }, isTOML ? "=" : ":")
    else { return }
    end = min(text.count, lines[close].endIndex + 1)
    let values = Self.values(lines[1..<close].map { String(decoding: $0, as: UTF8.self) }, isTOML ? "=" : ":")
    title = values["title"].flatMap { $0.isEmpty ? nil : $0 }
    language = (values["lang"] ?? values["language"]).flatMap { $0.isEmpty ? nil : $0 }
    members = DocumentProperties.members(
      author: values["author"] ?? values["authors"], date: values["date"].flatMap { WebDate.iso($0) },
      modified: (values["lastmod"] ?? values["updated"]).flatMap { WebDate.iso($0) },
      description: values["description"] ?? values["summary"], keywords: values["tags"] ?? values["keywords"])
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> String {
    var line = line
    while let last = line.last, last <= 0x20 { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// Whether the lines name values: between two rules of a text stands text.
  private static func isAbout(_ lines: [String], _ mark: Character) -> Bool {
    var hasName = false
    var isList = false
    for line in lines {
      guard let first = line.first, !line.allSatisfy(\.isWhitespace) else { continue }
      if first == "#" || first == "[" && mark == "=" { continue }
      if first.isWhitespace || first == "-" || isList || "]}".contains(first) {
        guard hasName || first == "#" else { return false }
        if line.contains("]") { isList = false }
        continue
      }
      guard let (name, value) = split(line, mark), !name.isEmpty,
        name.allSatisfy({ $0.isLetter || $0.isNumber || "_-.\"' ".contains($0) }), name.split(separator: " ").count <= 3
      else { return false }
      hasName = true
      isList = value.hasPrefix("[") && !value.contains("]")
    }
    return hasName || lines.isEmpty
  }

  private static func split(_ line: String, _ mark: Character) -> (name: String, value: String)? {
    guard let place = line.firstIndex(of: mark) else { return nil }
    let rest = line[line.index(after: place)...]
    // `http://…` is no name with a value.
    guard rest.first.map(\.isWhitespace) ?? true || mark == "=" else { return nil }
    let name = line[..<place].filter { $0 != "\"" && $0 != "'" }.drop { $0.isWhitespace }
    var bare = String(name)
    while bare.last?.isWhitespace == true { bare.removeLast() }
    return (bare, String(rest.drop { $0.isWhitespace }))
  }

  private static func values(_ lines: [String], _ mark: Character) -> [String: String] {
    var values: [String: String] = [:]
    var name: String?
    for line in lines {
      if let first = line.first, first.isWhitespace || first == "-" {
        guard let open = name else { continue }
        var rest = line.drop { $0.isWhitespace }
        if rest.hasPrefix("- ") { rest = rest.dropFirst(2) }
        let more = plain(String(rest))
        if !more.isEmpty {
          values[open] = [values[open], more].compactMap { $0 }.joined(
            separator: rest.startIndex == line.startIndex ? " " : listed(line))
        }
        continue
      }
      guard let (key, value) = split(line, mark) else { continue }
      name = key.lowercased()
      // The value stands in the lines below.
      let isBelow = [">", "|", ">-", "|-", ""].contains(value)
      if values[key.lowercased()] == nil, !isBelow { values[key.lowercased()] = plain(value) }
    }
    return values
  }

  private static func listed(_ line: String) -> String { line.drop { $0.isWhitespace }.hasPrefix("-") ? ", " : " " }

  /// A scalar without its quotes, a list with commas, both without what is said about them.
  private static func plain(_ text: String) -> String {
    var value = text[...]
    while value.last?.isWhitespace == true { value.removeLast() }
    if value.first == "\"" { return quoted(value.dropFirst()) }
    if value.first == "'" {
      var out = ""
      var rest = value.dropFirst()
      while let next = rest.first {
        rest.removeFirst()
        if next == "'" {
          guard rest.first == "'" else { break }
          rest.removeFirst()
        }
        out.append(next)
      }
      return out
    }
    if value.first == "[", value.last == "]" {
      return value.dropFirst().dropLast().split(separator: ",").map { plain(String($0.drop { $0.isWhitespace })) }
        .filter { !$0.isEmpty }.joined(separator: ", ")
    }
    if let comment = value.indices.first(where: {
      value[$0] == "#" && $0 > value.startIndex && value[value.index(before: $0)] == " "
    }) {
      value = value[..<comment]
      while value.last?.isWhitespace == true { value.removeLast() }
    }
    return String(value)
  }

  private static func quoted(_ text: Substring) -> String {
    var out = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
        out.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        out.append(character)
      }
    }
    return out
  }
}
