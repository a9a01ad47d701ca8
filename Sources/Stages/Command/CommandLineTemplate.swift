import Foundations
import Synchronization

/// The command line of a `command` stage, with `{input}`, `{output}`, `{inputs}` and `{id}`.
struct CommandLineTemplate: Sendable {
  let text: String
  let usesInput: Bool
  let usesOutput: Bool

  /// The words that may name programs and files, taken without quotes and without shell syntax.
  let words: [String]

  private static let known = Mutex<[String: CommandLineTemplate]>([:])

  private init(parsing text: String) {
    self.text = text
    let bytes = Array(text.utf8)
    usesInput = ByteSearch.range(of: Array("{input}".utf8), in: bytes) != nil
    usesOutput = ByteSearch.range(of: Array("{output}".utf8), in: bytes) != nil
    words = text.split { " \t\n;|&<>()'\"`$".contains($0) }.map(String.init).filter {
      !$0.hasPrefix("{") && !$0.hasPrefix("-")
    }
  }

  /// The template of a text; the ten thousand stages of a `foreach` share one.
  static func of(_ text: String) -> CommandLineTemplate {
    known.withLock { known in
      if let template = known[text] { return template }
      let template = CommandLineTemplate(parsing: text)
      known[text] = template
      return template
    }
  }

  /// The line for sh, every value quoted.
  func filled(input: String?, output: String?, inputs: [String], id: String?) -> String {
    var result = text
    func replace(_ name: String, _ value: String?) {
      guard let value else { return }
      let needle = Array(name.utf8)
      var bytes = Array(result.utf8)
      var from = 0
      while let range = ByteSearch.range(of: needle, in: bytes, from: from) {
        bytes.replaceSubrange(range, with: value.utf8)
        from = range.lowerBound + value.utf8.count
      }
      result = String(decoding: bytes, as: UTF8.self)
    }
    // The id comes last: it is data, and may itself look like one of the others.
    replace("{input}", input.map(Self.quoted))
    replace("{output}", output.map(Self.quoted))
    replace("{inputs}", inputs.map(Self.quoted).joined(separator: " "))
    replace("{id}", id.map(Self.quoted))
    return result
  }

  /// A word that sh takes as it is.
  static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
          UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
    if isPlain { return text }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
