/// Splits code where a reader would: before what begins at the outermost level.
enum CodeSplitter {
  struct Part: Equatable {
    /// The line ends between the part before and this one.
    var separator: String
    var text: String
  }

  /// The lines; empty ones belong to the separator of the line behind them.
  static func lines(_ text: String) -> [Part] {
    var parts: [Part] = []
    var separator = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\r" }) {
        separator += "\n"
        continue
      }
      parts.append(Part(separator: parts.isEmpty ? "" : separator + "\n", text: String(line)))
      separator = ""
    }
    return parts
  }

  /// Functions, classes and what stands between them: a part begins with a line at the outermost indentation that
  /// follows an empty line, or what closes a block.
  static func functions(_ text: String) -> [Part] {
    let lines = lines(text)
    let outermost = lines.map { indentation($0.text) }.min() ?? 0
    var parts: [Part] = []
    var previous: Part?
    for line in lines {
      let isOuter = indentation(line.text) == outermost
      let begins =
        isOuter && !closes(line.text)
        && (line.separator.utf8.count > 1
          || previous.map { closes($0.text) && indentation($0.text) == outermost } == true)
      if parts.isEmpty || begins {
        parts.append(line)
      } else {
        parts[parts.count - 1].text += line.separator + line.text
      }
      previous = line
    }
    return parts
  }

  private static func indentation(_ line: String) -> Int {
    line.utf8.prefix { $0 == 0x20 || $0 == 0x09 }.reduce(0) { $0 + ($1 == 0x09 ? 8 : 1) }
  }

  /// Whether a line ends a block: `}`, `end`, `)`, `];`.
  private static func closes(_ line: String) -> Bool {
    let bare = line.split { $0 == " " || $0 == "\t" || $0 == ";" || $0 == "," }.first ?? ""
    return ["}", ")", "]", "})", "end", "END", "fi", "done", "esac"].contains(String(bare))
  }
}
