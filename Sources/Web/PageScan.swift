import Foundations

/// What a first look at an HTML page shows: one pass over the bytes, without a tree. Enough to tell an ordinary page
/// from a wall or an empty shell, at a small part of the price of parsing.
struct PageScan {
  private(set) var title: [UInt8] = []
  private(set) var firstHeading: [UInt8] = []
  /// Text outside scripts, styles and `noscript`, in lower case; the first 12,000 bytes.
  private(set) var text: [UInt8] = []
  /// Words of the whole visible text, of five bytes each on average where a script has no spaces.
  private(set) var wordCount = 0
  private(set) var noscript: [UInt8] = []
  private(set) var hasPasswordField = false
  private(set) var formCount = 0
  private(set) var scriptCount = 0
  /// Ids of elements that the usual frameworks draw into.
  private(set) var hasMountPoint = false

  /// What an element means here.
  private enum Tag {
    case title, h1, noscript, form, input, mount, script, hidden, inline, other

    private static let names: [(String, Tag)] = [
      ("a", .inline), ("b", .inline), ("i", .inline), ("u", .inline), ("h1", .h1), ("em", .inline), ("sup", .inline),
      ("sub", .inline), ("div", .mount), ("svg", .hidden), ("form", .form), ("app", .mount), ("main", .mount),
      ("body", .mount), ("html", .mount), ("span", .inline), ("code", .inline), ("mark", .inline), ("title", .title),
      ("input", .input), ("style", .hidden), ("script", .script), ("select", .hidden), ("strong", .inline),
      ("iframe", .hidden), ("noscript", .noscript), ("template", .hidden), ("textarea", .hidden),
    ]
    private static let byLength = (0...names.map(\.0.utf8.count).max()!).map { length in
      names.filter { $0.0.utf8.count == length }.map { (name: Array($0.0.utf8), tag: $0.1) }
    }

    init(_ source: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
      let length = end - start
      guard length > 0, length < Self.byLength.count else {
        self = .other
        return
      }
      let first = source[start] | 0x20
      for (name, tag) in Self.byLength[length] where name[0] == first {
        if (1..<length).allSatisfy({ source[start + $0] | 0x20 == name[$0] | 0x20 }) {
          self = tag
          return
        }
      }
      self = .other
    }
  }

  private static let mounts: [[UInt8]] = [
    "id=\"root\"", "id=root", "id=\"app\"", "id=app", "id='root'", "id='app'", "id=\"__next\"", "id=\"__nuxt\"",
    "id=\"___gatsby\"", "id=\"svelte\"", "id=\"q-app\"", "<app-root", "data-reactroot", "ng-app", "id=\"main-app\"",
    "id=\"application\"", "id=\"react-root\"", "id=\"app-root\"", "id=\"mount\"",
  ].map { Array($0.utf8) }
  private static let textLimit = 12_000

  init(_ bytes: [UInt8]) {
    var walk = Walk(room: min(bytes.count, Self.textLimit))
    bytes.withUnsafeBufferPointer { source in
      var index = 0
      while index < source.count {
        index = source[index] == UInt8(ascii: "<") ? walk.tag(source, index) : walk.text(source, index)
      }
    }
    title = Self.clean(walk.title)
    firstHeading = Self.clean(walk.heading)
    noscript = Self.clean(walk.noscript)
    text = Self.clean(walk.visible)
    wordCount = walk.words + walk.wideBytes / 2
    hasPasswordField = walk.hasPasswordField
    formCount = walk.formCount
    scriptCount = walk.scriptCount
    hasMountPoint = walk.hasMountPoint
  }

  /// What was seen so far. Each step takes what stands at a place, and says where the next one is.
  private struct Walk {
    var title: [UInt8] = []
    var heading: [UInt8] = []
    var noscript: [UInt8] = []
    var visible: [UInt8] = []
    var words = 0
    var wideBytes = 0
    var hasPasswordField = false
    var formCount = 0
    var scriptCount = 0
    var hasMountPoint = false
    private var (inTitle, inHeading, inNoscript) = (false, false, false)
    private var hasHeading = false
    private var wasSpace = true

    init(room: Int) { visible.reserveCapacity(room) }

    /// A byte of text, or the inside of a word.
    mutating func text(_ source: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
      let byte = source[index]
      let isSpace = byte <= 0x20
      if inNoscript {
        if noscript.count < 2000 { noscript.append(byte) }
      } else if inTitle {
        if title.count < 500 { title.append(byte) }
      } else if !isSpace, !wasSpace, !inHeading, byte < 0xE3 {
        // The inside of a word: most of a page.
        var end = index + 1
        while end < source.count, source[end] > 0x20, source[end] < 0xE3, source[end] != UInt8(ascii: "<") { end += 1 }
        let room = PageScan.textLimit - visible.count
        if room > 0 { visible.append(contentsOf: source[index..<min(end, index + room)]) }
        return end
      } else {
        if !isSpace && wasSpace { words += 1 }
        if byte >= 0xE3 { wideBytes += 1 }
        if visible.count < PageScan.textLimit && !(isSpace && wasSpace) { visible.append(isSpace ? 0x20 : byte) }
        if inHeading && heading.count < 300 { heading.append(byte) }
        wasSpace = isSpace
      }
      return index + 1
    }

    /// A tag or a comment; of an element that shows nothing, all of it.
    mutating func tag(_ source: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
      let count = source.count
      if index + 3 < count, source[index + 1] == UInt8(ascii: "!"), source[index + 2] == UInt8(ascii: "-") {
        return PageScan.find(source, [0x2D, 0x2D, 0x3E], from: index + 4).map { $0 + 3 } ?? count
      }
      let isClosing = index + 1 < count && source[index + 1] == UInt8(ascii: "/")
      var nameEnd = index + (isClosing ? 2 : 1)
      let nameStart = nameEnd
      while nameEnd < count,
        source[nameEnd] | 0x20 >= 97 && source[nameEnd] | 0x20 <= 122 || source[nameEnd] >= 48 && source[nameEnd] <= 57
      {
        nameEnd += 1
      }
      if nameEnd == nameStart, index + 1 < count, source[index + 1] != UInt8(ascii: "!"), !isClosing {
        // `a < b` is text. (Its end is not looked for: a page of `<` alone would be looked through once for each.)
        return index + 1
      }
      let end = PageScan.endOfTag(source, index)
      nameEnd = min(nameEnd, end)
      let name = Tag(source, nameStart, nameEnd)
      wasSpace = wasSpace || name != .inline
      if wasSpace, visible.last != 0x20 { visible.append(0x20) }
      if isClosing {
        closed(name)
      } else {
        opened(name, source[(nameStart - 1)..<end])
      }
      let showsNothing =
        name == .script || name == .hidden && source[max(end - 2, 0)] != UInt8(ascii: "/")
      guard showsNothing, !isClosing else { return end }
      return PageScan.findClosing(source, Array(source[nameStart..<nameEnd]), from: end) ?? count
    }

    private mutating func closed(_ name: Tag) {
      switch name {
      case .title: inTitle = false
      case .h1: inHeading = false
      case .noscript: inNoscript = false
      default: break
      }
    }

    /// - Parameter tag: the whole of it.
    private mutating func opened(_ name: Tag, _ tag: Slice<UnsafeBufferPointer<UInt8>>) {
      switch name {
      case .title: inTitle = title.isEmpty
      case .h1 where !hasHeading: (inHeading, hasHeading) = (true, true)
      case .h1: inHeading = false
      case .noscript: inNoscript = true
      case .form: formCount += 1
      case .script: scriptCount += 1
      case .input:
        let text = String(decoding: tag, as: UTF8.self).lowercased()
        let kinds = ["type=\"password\"", "type=password", "type='password'"]
        if kinds.contains(where: text.contains) { hasPasswordField = true }
      case .mount where !hasMountPoint:
        let tag = Array(tag)
        hasMountPoint = PageScan.mounts.contains { ByteSearch.range(of: $0, in: tag) != nil }
      default: break
      }
    }
  }

  /// In lower case, with single spaces.
  private static func clean(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var isASCII = true
    for byte in bytes {
      if byte <= 0x20 {
        if let last = result.last, last != 0x20 { result.append(0x20) }
      } else {
        if byte >= 0x80 { isASCII = false }
        result.append(byte >= 65 && byte <= 90 ? byte + 32 : byte)
      }
    }
    if result.last == 0x20 { result.removeLast() }
    return isASCII ? result : Array(String(decoding: result, as: UTF8.self).lowercased().utf8)
  }

  private static func endOfTag(_ source: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var quote: UInt8 = 0
    var index = start + 1
    // An attribute whose quote never closes must not swallow the page.
    let limit = min(source.count, start + 20_000)
    while index < limit {
      let byte = source[index]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == UInt8(ascii: ">") {
        return index + 1
      } else if (byte == 0x22 || byte == 0x27) && source[index - 1] == UInt8(ascii: "=") {
        quote = byte
      }
      index += 1
    }
    return limit
  }

  private static func find(_ source: UnsafeBufferPointer<UInt8>, _ needle: [UInt8], from: Int) -> Int? {
    guard source.count >= needle.count, from <= source.count - needle.count else { return nil }
    var index = from
    while index <= source.count - needle.count {
      if source[index] == needle[0], (1..<needle.count).allSatisfy({ source[index + $0] == needle[$0] }) {
        return index
      }
      index += 1
    }
    return nil
  }

  /// Behind `</name …>`.
  private static func findClosing(_ source: UnsafeBufferPointer<UInt8>, _ name: [UInt8], from: Int) -> Int? {
    var index = from
    while let place = find(source, [0x3C, 0x2F], from: index) {
      if place + 2 + name.count <= source.count,
        (0..<name.count).allSatisfy({ source[place + 2 + $0] | 0x20 == name[$0] | 0x20 })
      {
        return endOfTag(source, place)
      }
      index = place + 2
    }
    return nil
  }
}
