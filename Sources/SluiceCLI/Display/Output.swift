import CSystem
import Formats
import Foundations
import Glibc

/// Writing to standard output and standard error.
enum Output {
  /// Prints a line to standard output; a closed pipe (`| head`) ends the program in silence.
  static func line(_ text: String = "") { write(text + "\n", to: 1) }

  /// Prints what a document says. Into a file or a pipe it goes as it is.
  static func content(_ text: String) {
    if isTerminal(1) { line(text) } else { put(Secrets.redacted(text + "\n"), to: 1) }
  }

  static func error(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: 2) }

  static func json(_ value: JSONValue) { line(value.prettyText) }

  /// The one place where lines for people are written: nothing in them steers a terminal but the marks of `Style`.
  static func write(_ text: String, to descriptor: Int32) {
    put(Style.rendered(TerminalText.escaped(Secrets.redacted(text)), on: descriptor), to: descriptor)
  }

  /// Moves up by so many lines and clears what is below.
  static func erase(lines: Int, on descriptor: Int32) { put("\u{1B}[\(lines)A\u{1B}[J", to: descriptor) }

  private static func put(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let wrote = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if wrote < 0 && errno == EINTR { continue }
        // Nobody reads what is said beside the result any more: the work goes on.
        if wrote <= 0 && descriptor != 1 { return }
        if wrote <= 0 { exit(errno == EPIPE ? 0 : 1) }
        offset += wrote
      }
    }
  }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  static var columns: Int {
    let found = Int(csystem_terminal_columns(2))
    return found > 20 ? found : 100
  }
}
