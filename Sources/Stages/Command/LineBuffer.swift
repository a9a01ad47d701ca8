/// Puts lines together from the pieces in which a pipe gives them.
struct LineBuffer {
  private var bytes: [UInt8] = []

  /// The lines that are whole now.
  mutating func lines(after chunk: ArraySlice<UInt8>) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = chunk.startIndex
    while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(bytes + chunk[start..<end])
      bytes = []
      start = end + 1
    }
    bytes.append(contentsOf: chunk[start...])
    return lines
  }

  /// The last line, when it has no end.
  mutating func rest() -> [UInt8]? {
    defer { bytes = [] }
    return bytes.isEmpty ? nil : bytes
  }
}
