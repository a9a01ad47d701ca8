import CSystem

/// Searching in bytes with memmem(3): Swift's string search is some hundred times slower.
package enum ByteSearch {
  /// Where `needle` first stands in `haystack` at or after `start`.
  package static func range(of needle: [UInt8], in haystack: [UInt8], from start: Int = 0) -> Range<
    Int
  >? {
    guard !needle.isEmpty, start <= haystack.count else { return nil }
    return haystack.withUnsafeBytes { all in
      needle.withUnsafeBytes { wanted in
        guard let base = all.baseAddress,
          let found = csystem_memmem(
            base + start, all.count - start, wanted.baseAddress!, wanted.count)
        else { return nil }
        let offset = found - base
        return offset..<(offset + needle.count)
      }
    }
  }

  /// The lines of `bytes` without their ends (`\n` or `\r\n`); a last empty line does not count.
  package static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let stop =
        end > start && end <= bytes.count && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
      lines.append(bytes[start..<stop])
      start = end + 1
    }
    return lines
  }
}
