/// The words of a text that may name a topic.
package enum Terms {
  /// Words in lower case (letters, and digits behind a letter; at least three bytes) and runs of two and three of them
  /// that stand side by side, stop words taken out; in the order of the text.
  package static func extract(_ text: String) -> [String] {
    var terms: [String] = []
    var before: String?
    var pair: String?
    forEachWord(text) { word in
      guard let word, !stopWords.contains(word), word.utf8.count >= 3 else {
        before = nil
        pair = nil
        return
      }
      terms.append(word)
      guard let last = before, last != word else {
        before = word
        pair = nil
        return
      }
      let two = "\(last) \(word)"
      terms.append(two)
      if let pair, !pair.hasPrefix("\(word) ") { terms.append("\(pair) \(word)") }
      before = word
      pair = two
    }
    return terms
  }

  /// The words of a term without the endings of English plurals: packages and package are one.
  static func stems(_ term: String) -> Set<String> {
    Set(
      term.split(separator: " ").map { word in
        if word.hasSuffix("ies") && word.utf8.count > 4 { return word.dropLast(3) + "y" }
        if word.hasSuffix("ss") || word.hasSuffix("us") || word.hasSuffix("is") || word.utf8.count < 4 {
          return String(word)
        }
        if word.hasSuffix("xes") || word.hasSuffix("ches") || word.hasSuffix("sses") { return String(word.dropLast(2)) }
        return String(word.hasSuffix("s") ? word.dropLast() : word)
      })
  }

  /// Calls `body` with each word in lower case, and with `nil` for what separates more than a space does.
  private static func forEachWord(_ text: String, _ body: (String?) -> Void) {
    var word: [UInt8] = []
    /// How many underscores stand right before the next letter.
    var underscores = 0
    func begin() {
      if word.isEmpty, underscores > 0 { word = Array(repeating: 0x5F, count: underscores) }
      underscores = 0
    }
    func flush() {
      underscores = 0
      if word.isEmpty { return }
      while word.last == 0x2D { word.removeLast() }
      // `__init__` is a name, `__init` is half of one.
      if word.first == 0x5F, word.last != 0x5F { word = Array(word.drop { $0 == 0x5F }) }
      if word.last == 0x5F, word.first != 0x5F { while word.last == 0x5F { word.removeLast() } }
      // Of a contraction only what stands before it is a word: sluice's; of don't nothing is.
      if let quote = word.lastIndex(of: UInt8(ascii: "'")) {
        let isNegation = word[quote...].elementsEqual("'t".utf8)
        word.removeSubrange(quote...)
        if isNegation { word.removeAll(keepingCapacity: true) }
      }
      body(word.isEmpty ? nil : String(decoding: word, as: UTF8.self))
      word.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x61...0x7A:
        begin()
        word.append(UInt8(scalar.value))
      case 0x41...0x5A:
        begin()
        word.append(UInt8(scalar.value + 32))
      case 0x30...0x39, 0x2D, 0x5F, 0x27:
        // Digits, -, _ and ' only inside a word: apt-get, utf8, don't.
        if !word.isEmpty {
          word.append(UInt8(scalar.value))
        } else if scalar.value == 0x5F {
          underscores = min(underscores + 1, 8)
        } else {
          underscores = 0
          body(nil)
        }
      case 0x20: flush()
      case 0..<0x80:
        flush()
        body(nil)
      default:
        if scalar.properties.isAlphabetic {
          begin()
          word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        } else {
          flush()
          body(nil)
        }
      }
    }
    flush()
  }

  /// Words that say nothing of a topic.
  static let stopWords: Set<String> = Set(
    """
    a about above after again against all also although am an and any are as at be because been before being below
    between both but by can cannot could did do does doing don down during each either else etc even ever every few for
    from further get gets had has have having he her here hers him himself his how however if in into is it its itself
    just let like made make makes many may me might more most much must my need needs neither no nor not now of off on
    once one only onto or other others our ours out over own per same see shall she should since so some such than that
    the their theirs them themselves then there therefore these they this those though through thus to too two under
    until up upon us use used uses using very via was way we well were what when where whether which while who whom
    whose why will with within without would yes yet you your yours
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
