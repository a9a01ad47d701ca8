import Foundations

/// Finds the JSON object in what a model wrote.
enum AnswerJSON {
  /// An answer of nothing but brackets must not cost minutes.
  private static let mostBytes = 4 << 20
  private static let mostFailures = 200

  /// The largest object that stands in the text and can be read; behind a train of thought, if there is one.
  static func object(in text: String) -> JSONObject? {
    if let object = try? JSONValue(parsing: text).object { return object }
    var bytes = Array(text.utf8.prefix(mostBytes))
    var failures = 0
    if let end = lastRange(of: Array("</think>".utf8), in: bytes) { bytes.removeFirst(end) }
    var best: (object: JSONObject, length: Int)?
    var start = bytes.startIndex
    while let open = bytes[start...].firstIndex(of: UInt8(ascii: "{")) {
      guard let end = close(bytes, open) else {
        failures += 1
        if failures > mostFailures { break }
        start = open + 1
        continue
      }
      if end - open > best?.length ?? 0, let object = try? JSONValue(parsing: Array(bytes[open...end])).object {
        best = (object, end - open)
        start = end + 1
      } else {
        start = open + 1
      }
      if bytes.count - start < best?.length ?? 0 { break }
    }
    return best?.object
  }

  /// Where the object ends that begins at `open`.
  private static func close(_ bytes: [UInt8], _ open: Int) -> Int? {
    var depth = 0
    var inString = false
    var escaped = false
    for index in open..<bytes.count {
      let byte = bytes[index]
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return nil
  }

  /// The end of the last `needle`.
  private static func lastRange(of needle: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= needle.count else { return nil }
    for start in stride(from: bytes.count - needle.count, through: 0, by: -1)
    where bytes[start..<(start + needle.count)].elementsEqual(needle) {
      return start + needle.count
    }
    return nil
  }
}
