import CPCRE2
import Foundations
import Synchronization

/// A regular expression of a pre-tokenizer.
final class Regex: Sendable {
  /// PCRE2 never changes a compiled pattern.
  private let pattern: SharedHandle
  /// Places to search in that nobody searches in now; making one costs more than a short search.
  private let idle = Mutex<[UInt]>([])

  /// - Throws: why the pattern cannot be read.
  init(_ pattern: String) throws(SluiceError) {
    let written = pattern
    var pattern = Self.translated(pattern)
    var error = [CChar](repeating: 0, count: 256)
    let made = pattern.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { pcre_pattern_create($0.baseAddress, $0.count, &error, error.count) }
    }
    guard let made else {
      let reason = String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw SluiceError(.badInput, "the pattern '\(written)' cannot be read: \(reason)")
    }
    self.pattern = SharedHandle(made) { pcre_pattern_free($0) }
  }

  /// PCRE2 counts U+180E as white space, as Unicode did before 6.3; the tokenizers' libraries do not.
  private static func translated(_ pattern: String) -> String {
    let space = #"\t-\r\x{85}\p{Z}"#
    var result = ""
    var isEscaped = false
    var isInClass = false
    for scalar in pattern.unicodeScalars {
      if isEscaped {
        isEscaped = false
        switch scalar {
        case "s": result += isInClass ? space : "[\(space)]"
        case "S" where !isInClass: result += "[^\(space)]"
        default: result += "\\\(scalar)"
        }
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        if scalar == "[" { isInClass = true } else if scalar == "]" { isInClass = false }
        result.unicodeScalars.append(scalar)
      }
    }
    return isEscaped ? result + "\\" : result
  }

  deinit {
    for search in idle.withLock({ $0 }) { pcre_search_free(OpaquePointer(bitPattern: search)) }
  }

  /// Calls `body` with the range of every match in `text` (valid UTF-8), and with what is between them.
  func forEachPart(_ text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, _ isMatch: Bool) -> Void) {
    guard let base = text.baseAddress, !text.isEmpty else { return }
    let search =
      idle.withLock { $0.popLast() }.flatMap { OpaquePointer(bitPattern: $0) } ?? pcre_search_create(pattern.pointer)
    defer { idle.withLock { $0.append(UInt(bitPattern: search)) } }
    base.withMemoryRebound(to: CChar.self, capacity: text.count) { base in
      var done = 0
      var from = 0
      while from < text.count {
        var start = 0
        var end = 0
        guard pcre_search_next(search, base, text.count, from, &start, &end) == 1 else { break }
        if start > done { body(done..<start, false) }
        if end > start {
          body(start..<end, true)
          from = end
        } else {
          // An empty match: on to the next scalar.
          from = end + 1
          while from < text.count, text[from] & 0xC0 == 0x80 { from += 1 }
        }
        done = end
      }
      if done < text.count { body(done..<text.count, false) }
    }
  }
}
