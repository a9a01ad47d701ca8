import Foundations

/// What is held of one stage: a golden file, or what would be one.
///
/// JSON Lines: a head that says how it was made, then an entry a line, each with its `id`, in the order of ids, so that
/// a change of one item is a change of one line.
struct GoldenRecording: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    let id: String
    /// Without the id.
    var value: JSONObject
    /// Where it stands in its file, from 1; `nil` for one that was not read from a file.
    var line: Int?

    init(_ id: String, _ value: JSONObject, line: Int? = nil) {
      self.id = id
      self.value = value
      self.line = line
    }
  }

  /// What entries mean depends on it: it must be the same on both sides.
  var head: JSONObject
  private(set) var entries: [Entry]

  /// Raised when a golden file of an older program would be misread.
  private static let version: JSONValue = 1
  private static let mark = "golden"

  init(_ comparator: String, _ head: JSONObject = [:], entries: [Entry]) {
    self.head = head.merging([Self.mark: Self.version, "compare": .string(comparator)])
    self.entries = entries.sorted { ExactText($0.id) < ExactText($1.id) }
  }

  /// - Throws: a `Diagnostic` at the line that is none of a golden file.
  init(_ source: SourceText) throws {
    var head: JSONObject?
    var entries: [Entry] = []
    for (index, line) in ByteSearch.lines(source.bytes).enumerated() {
      if line.allSatisfy({ $0 <= UInt8(ascii: " ") }) { continue }
      func fault(_ message: String) -> Diagnostic {
        Diagnostic(
          source, SourcePosition(line: index + 1, column: 1), message,
          hint:
            "`sluice golden accept` writes these files; take the last good one from version control, or accept anew.")
      }
      guard var object = (try? JSONValue(parsing: Array(line)))?.object else {
        throw fault("this line is no JSON object")
      }
      if head == nil {
        guard object[Self.mark] == Self.version else {
          throw fault("the first line is not the head of a golden file of this program")
        }
        head = object
        continue
      }
      guard let id = object["id"]?.string else { throw fault("this entry has no 'id'") }
      object["id"] = nil
      entries.append(Entry(id, object, line: index + 1))
    }
    guard let head else {
      throw Diagnostic(source, SourcePosition(line: 1, column: 1), "this golden file is empty")
    }
    self.head = head
    self.entries = entries.sorted { ExactText($0.id) < ExactText($1.id) }
    for (one, next) in zip(self.entries, self.entries.dropFirst()) where ExactText(one.id) == ExactText(next.id) {
      throw Diagnostic(
        source, SourcePosition(line: max(one.line ?? 1, next.line ?? 1), column: 1), "the id '\(one.id)' stands twice")
    }
  }

  /// The file.
  var bytes: [UInt8] {
    var bytes = head.canonicalBytes + [0x0A]
    for entry in entries {
      bytes += "{\"id\":".utf8
      bytes += JSONValue.string(entry.id).canonicalBytes
      let rest = entry.value.canonicalBytes.dropFirst()
      if rest.count > 1 { bytes.append(UInt8(ascii: ",")) }
      bytes += rest
      bytes.append(0x0A)
    }
    return bytes
  }

  /// Entries by their ids.
  var byID: [ExactText: Entry] {
    Dictionary(entries.map { (ExactText($0.id), $0) }, uniquingKeysWith: { first, _ in first })
  }
}
