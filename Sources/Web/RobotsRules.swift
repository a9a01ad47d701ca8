import Foundations

/// What a robots.txt allows one crawler (RFC 9309).
///
/// The rules of all groups that name the crawler's product token count, those of `*` when there is none. The longest
/// pattern that matches decides, `Allow` where two are as long. `*` stands for any bytes, `$` at the end for the end.
package struct RobotsRules: Sendable, Equatable {
  package struct Rule: Sendable, Equatable {
    let isAllowed: Bool
    /// As compared: percent-encoding is in its normal form.
    let pattern: [UInt8]
  }

  package private(set) var rules: [Rule] = []
  /// Seconds between two requests; not part of the RFC, but many sites write it.
  package private(set) var crawlDelay: Double?
  package private(set) var sitemaps: [String] = []

  /// No rule: everything is allowed.
  package static let allowAll = RobotsRules()
  /// Nothing is allowed (RFC 9309, 2.3.1.4: the file cannot be reached).
  package static let forbidAll = RobotsRules(rules: [Rule(isAllowed: false, pattern: [UInt8(ascii: "/")])])

  private init(rules: [Rule] = []) { self.rules = rules }

  /// The most bytes of a robots.txt that are read (RFC 9309, 2.5: at least 500 KiB).
  package static let maxBytes = 1 << 20

  /// - Parameter product: the product token, as in `User-agent: Sluice`; compared without regard to case.
  package init(reading bytes: [UInt8], product: String) {
    let product = product.lowercased()
    var named: [Rule] = []
    var general: [Rule] = []
    var delays: (named: Double?, general: Double?) = (nil, nil)
    var hasNamed = false
    // Only a rule ends the lines that say whom a group is for: `Crawl-delay`, `Sitemap` and what is unknown do not
    // (RFC 9309, 2.2.1 and 2.2.4).
    var isOpen = false
    // But for a group that has nothing besides its delay, and then a blank line.
    var hasDelayOnly = false
    var (appliesNamed, appliesGeneral) = (false, false)
    for line in Self.lines(bytes) {
      guard let (key, value) = Self.field(line) else {
        if line.isEmpty, hasDelayOnly { (isOpen, hasDelayOnly) = (false, false) }
        continue
      }
      switch key {
      case "user-agent":
        if !isOpen { (appliesNamed, appliesGeneral, isOpen) = (false, false, true) }
        hasDelayOnly = false
        let token = value.prefix { $0 == 0x2D || $0 == 0x5F || ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) }
        if value.first == UInt8(ascii: "*") && (value.count == 1 || value.dropFirst().first == 0x20) {
          appliesGeneral = true
        } else if String(decoding: token, as: UTF8.self).lowercased() == product {
          (appliesNamed, hasNamed) = (true, true)
        }
      case "allow", "disallow":
        (isOpen, hasDelayOnly) = (false, false)
        // An empty value matches nothing.
        guard !value.isEmpty else { continue }
        let rule = Rule(isAllowed: key == "allow", pattern: Self.normalized(value))
        if appliesNamed { named.append(rule) }
        if appliesGeneral { general.append(rule) }
      case "crawl-delay":
        hasDelayOnly = isOpen
        guard let seconds = Double(String(decoding: value, as: UTF8.self)), seconds.isFinite, seconds >= 0 else {
          continue
        }
        // Between lines that say whom a group is for, each keeps the delay that stands below it.
        if appliesNamed { delays.named = delays.named ?? seconds }
        if appliesGeneral { delays.general = delays.general ?? seconds }
      case "sitemap":
        // Belongs to no group and ends none.
        sitemaps.append(String(decoding: value, as: UTF8.self))
      default: break
      }
    }
    rules = hasNamed ? named : general
    crawlDelay = hasNamed ? delays.named : delays.general
  }

  /// The lines, empty ones among them. Of a file that is longer than what is read, the last line may be half a rule: it
  /// is left out.
  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var body = bytes.prefix(maxBytes)
    if bytes.count >= maxBytes { body = body[...(body.lastIndex { $0 == 10 || $0 == 13 } ?? body.startIndex)] }
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
    var lines: [ArraySlice<UInt8>] = []
    while !body.isEmpty {
      let end = body.firstIndex { $0 == 10 || $0 == 13 } ?? body.endIndex
      lines.append(trimmed(body[..<end]))
      body = body[end...]
      body = body.starts(with: [13, 10]) ? body.dropFirst(2) : body.dropFirst()
    }
    return lines
  }

  private static func field(_ line: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
    var line = line
    if let comment = line.firstIndex(of: UInt8(ascii: "#")) { line = line[..<comment] }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      // Without its colon a rule is still plain enough to be obeyed.
      let words = line.split { $0 == 0x20 || $0 == 9 }
      let known: Set = ["user-agent", "allow", "disallow"]
      guard words.count == 2, let key = words.first.map({ String(decoding: $0, as: UTF8.self).lowercased() }),
        known.contains(key)
      else { return nil }
      return (key, words[1])
    }
    let key = String(decoding: trimmed(line[..<colon]), as: UTF8.self).lowercased()
    return (key, trimmed(line[(colon + 1)...]))
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop { $0 == 0x20 || $0 == 9 }
    while let last = bytes.last, last == 0x20 || last == 9 { bytes.removeLast() }
    return bytes
  }

  /// Whether the crawler may ask for a path with its query, such as `/a/b?c`.
  package func allows(_ target: String) -> Bool {
    let path = Self.normalized(Array(target.utf8)[...])
    if path == Array("/robots.txt".utf8) { return true }
    var longest = -1
    var isAllowed = true
    for rule in rules where rule.pattern.count >= longest && Self.matches(path, rule.pattern) {
      isAllowed = rule.pattern.count > longest ? rule.isAllowed : isAllowed || rule.isAllowed
      longest = rule.pattern.count
    }
    return isAllowed
  }

  /// Greedy matching with one place to come back to: linear in path times stars, whatever the pattern.
  static func matches(_ path: [UInt8], _ pattern: [UInt8]) -> Bool {
    var pattern = pattern[...]
    let isAnchored = pattern.last == UInt8(ascii: "$")
    if isAnchored { pattern.removeLast() } else { pattern.append(UInt8(ascii: "*")) }
    var (at, place) = (pattern.startIndex, 0)
    var star: (pattern: Int, place: Int)?
    while place < path.count {
      if at < pattern.endIndex, pattern[at] == UInt8(ascii: "*") {
        star = (at, place)
        at += 1
        if at == pattern.endIndex { return true }
      } else if at < pattern.endIndex, pattern[at] == path[place] {
        at += 1
        place += 1
      } else if let known = star {
        star = (known.pattern, known.place + 1)
        at = known.pattern + 1
        place = known.place + 1
      } else {
        return false
      }
    }
    while at < pattern.endIndex, pattern[at] == UInt8(ascii: "*") { at += 1 }
    return at == pattern.endIndex
  }

  /// RFC 9309, 2.2.2: bytes beyond ASCII are compared percent-encoded, unreserved ones as they are.
  static func normalized(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let hex = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let high = digit(rest[rest.startIndex]),
        let low = digit(rest[rest.startIndex + 1])
      {
        rest = rest.dropFirst(2)
        let value = high << 4 | low
        if isUnreserved(value) { result.append(value) } else { result += [byte, hex[Int(high)], hex[Int(low)]] }
      } else if byte >= 0x80 {
        result += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      } else {
        result.append(byte)
      }
    }
    return result
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    byte >= 48 && byte <= 57 || byte | 0x20 >= 97 && byte | 0x20 <= 122 || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
  }
}
