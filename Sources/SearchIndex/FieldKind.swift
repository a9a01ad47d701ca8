import Foundations

/// What the values of a field are, all of them together: they decide how a value of a filter is compared, not how it looks
/// by itself. `1.10` is a version beside `1.9` and `2.0`, and a number beside 0.5 and 3.
enum FieldKind: Sendable, Equatable {
  /// Numbers; texts among them are decimals of one length, as prices are written.
  case number
  /// Days as ISO 8601 writes them, perhaps with a time or as a year alone: compared as far as the filter is written.
  case date
  /// Numbers between dots, compared part by part.
  case version
  /// Anything else, compared by its bytes.
  case text

  /// - Parameters:
  ///   - texts: the values that are texts, or enough of them.
  ///   - numbers: those that are numbers.
  init(texts: [String], numbers: [Double]) {
    if texts.isEmpty {
      self = .number
    } else if texts.allSatisfy({ Self.isDate($0) }), numbers.allSatisfy({ 1000...9999 ~= $0 && $0 == $0.rounded() }) {
      self = .date
    } else if texts.allSatisfy({ Self.parts($0) != nil }) {
      let decimals = Set(texts.map(Self.decimals))
      self = decimals.count == 1 && decimals.first != nil && !decimals.contains(nil) ? .number : .version
    } else {
      self = .text
    }
  }

  /// `2024-05`, `2024-05-01`, `2024-05-01T10:00:00Z`.
  static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    func digits(_ range: Range<Int>) -> Bool {
      range.allSatisfy { $0 < bytes.count && bytes[$0] >= 48 && bytes[$0] <= 57 }
    }
    guard bytes.count >= 7, digits(0..<4), bytes[4] == UInt8(ascii: "-"), digits(5..<7) else { return false }
    if bytes.count == 7 { return true }
    guard bytes.count >= 10, bytes[7] == UInt8(ascii: "-"), digits(8..<10) else { return false }
    return bytes.count == 10 || [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(bytes[10])
  }

  /// A date or its beginning, from the year on.
  static func isBeginningOfDate(_ text: String) -> Bool {
    isDate(text) || text.utf8.count == 4 && text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
  }

  /// The numbers of a version such as `1.10` or `v2.0.1-rc1`; `nil` for what has no dot between numbers.
  static func parts(_ text: String) -> [String]? {
    let rest = text.drop { $0 == "v" || $0 == "V" }
    let core = rest.prefix { $0 != "-" && $0 != "+" && $0 != "_" && $0 != "~" }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }), parts.count > 1 else {
      return nil
    }
    // What is behind a hyphen comes before the version itself (`2.0-rc1` before `2.0`).
    let suffix = rest.dropFirst(core.count)
    return parts.map(String.init) + (suffix.isEmpty ? [] : [String(suffix)])
  }

  /// How many digits stand behind the one dot of a decimal.
  private static func decimals(_ text: String) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, Double(text) != nil else { return nil }
    return parts[1].utf8.count
  }

  /// -1, 0, 1: the order of two versions.
  static func order(ofVersions one: String, _ other: String) -> Int {
    let (a, b) = (parts(one) ?? [one], parts(other) ?? [other])
    for (x, y) in zip(a, b) {
      if let m = Int(x), let n = Int(y) {
        if m != n { return m < n ? -1 : 1 }
      } else if (Int(x) == nil) != (Int(y) == nil) {
        return Int(x) == nil ? -1 : 1
      } else if x != y {
        return x < y ? -1 : 1
      }
    }
    guard a.count != b.count else { return 0 }
    let longer = a.count > b.count ? a : b
    let isLater = Int(longer[min(a.count, b.count)]) != nil
    return (a.count > b.count) == isLater ? 1 : -1
  }
}
