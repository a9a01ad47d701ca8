/// Lines that quote what somebody else wrote: `> `, `>> `, `> > `.
enum TextQuote {
  static func depth(_ line: ArraySlice<UInt8>) -> Int { parts(line).depth }

  /// The line without its marks.
  static func bare(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> { parts(line).rest }

  private static func parts(_ line: ArraySlice<UInt8>) -> (depth: Int, rest: ArraySlice<UInt8>) {
    var rest = line
    var depth = 0
    while rest.first == UInt8(ascii: ">") {
      depth += 1
      rest = rest.dropFirst()
      if rest.first == 0x20 {
        let behind = rest.dropFirst()
        rest = behind
      }
    }
    // `>=` and the like quote nobody.
    if depth > 0, let first = rest.first, first == UInt8(ascii: "=") { return (0, line) }
    return (depth, rest)
  }
}
