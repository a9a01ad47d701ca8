import Foundations

/// Finds the numbers of a text in whatever form: digits of any script, fractions, powers, words, with signs, separators,
/// scales and units.
package struct Quantities {
  /// What begins the fraction: by the text's own style, else the point.
  package enum Decimal { case point, comma }

  private(set) var found: [Quantity] = []
  private let characters: [Character]
  private let decimal: Decimal

  package static func all(in text: String, decimal: Decimal? = nil) -> [Quantity] {
    var scanner = Quantities(text, decimal ?? style(of: text) ?? .point)
    scanner.scan()
    return scanner.found
  }

  /// The style that a text shows by numbers that can be read in one only; `nil` where it shows none, or both.
  package static func style(of text: String) -> Decimal? {
    var (points, commas) = (false, false)
    var run: [Character] = []
    func judge() {
      while let last = run.last, last == "." || last == "," { run.removeLast() }
      defer { run = [] }
      guard let separator = run.last(where: { $0 == "." || $0 == "," }), let place = run.lastIndex(of: separator) else {
        return
      }
      let behind = run.count - place - 1
      let both = run.contains(".") && run.contains(",")
      let several = run.count { $0 == separator } > 1
      // Dates and versions say nothing.
      if several {
        if both { return } else if behind == 3 { if separator == "," { points = true } else { commas = true } }
        return
      }
      guard both || behind != 3 || run.first == "0" else { return }
      if separator == "." { points = true } else { commas = true }
    }
    for character in text {
      if character.isASCII, character.isNumber || (character == "." || character == ",") && !run.isEmpty {
        run.append(character)
      } else {
        judge()
      }
    }
    judge()
    return points == commas ? nil : points ? .point : .comma
  }

  private init(_ text: String, _ decimal: Decimal) {
    (characters, self.decimal) = (Array(text), decimal)
  }

  private static func digit(_ character: Character) -> Int? {
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
      scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue
    else { return nil }
    return Int(exactly: value)
  }

  /// `½` is 0.5.
  private static func fraction(_ character: Character) -> Double? {
    guard let scalar = character.unicodeScalars.first, scalar.properties.generalCategory == .otherNumber,
      let value = scalar.properties.numericValue, value > 0, value < 1
    else { return nil }
    return value
  }

  private static let raised: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
  ]

  private mutating func scan() {
    var index = 0
    while index < characters.count {
      let character = characters[index]
      if Self.digit(character) != nil || Self.fraction(character) != nil {
        index = number(from: index)
      } else if NumberWords.isChinese(character) {
        var end = index
        while end < characters.count, NumberWords.isChinese(characters[end]) { end += 1 }
        if let value = NumberWords.chinese(characters[index..<end]) { end = add(value, Self.plain(value), index, end) }
        index = end
      } else if character.isLetter {
        index = word(from: index)
      } else {
        index += 1
      }
    }
  }

  private func wordEnd(_ start: Int) -> Int {
    var end = start
    while end < characters.count,
      characters[end].isLetter && !NumberWords.isChinese(characters[end])
        || characters[end] == "-" && end + 1 < characters.count && characters[end + 1].isLetter
    {
      end += 1
    }
    return end
  }

  /// `two hundred`, `twenty-five`, `fifteen`.
  private mutating func word(from start: Int) -> Int {
    let end = wordEnd(start)
    guard let value = NumberWords.value(String(characters[start..<end])) else { return max(end, start + 1) }
    // `twenty five`
    let next = skipSpaces(end)
    let behind = next > end ? wordEnd(next) : next
    if value >= 20, value < 100, value.truncatingRemainder(dividingBy: 10) == 0, behind > next,
      let one = ["one": 1.0][String(characters[next..<behind]).lowercased()]
        ?? NumberWords.value(String(characters[next..<behind])),
      one < 10
    {
      return add(value + one, Self.plain(value + one), start, behind)
    }
    return add(value, Self.plain(value), start, end)
  }

  /// Digits with what parts them, a sign before them, a fraction or power behind them.
  private mutating func number(from start: Int) -> Int {
    // Names with digits, as `e2` and `sha256`, are compared as words, but their digits count all the same.
    var (end, run): (Int, [Character]) = (start, [])
    while end < characters.count {
      if let digit = Self.digit(characters[end]) {
        run.append(Character(String(digit)))
      } else if let separator = separator(at: end), !run.isEmpty {
        run.append(separator)
      } else {
        break
      }
      end += 1
    }
    var (value, digits) = parse(run)
    var isPower = false
    if end < characters.count, let part = Self.fraction(characters[end]) {
      value += part
      digits = Self.plain(value)
      end += 1
    } else if end < characters.count, Self.raised[characters[end]] != nil, !run.isEmpty {
      digits += "^"
      while end < characters.count, let power = Self.raised[characters[end]] {
        digits.append(power)
        end += 1
      }
      isPower = true
    }
    return add(isNegative(before: start) ? -value : value, digits, start, end, isPower: isPower)
  }

  /// A point, comma or Arabic separator between digits, an apostrophe or narrow space between thousands.
  private func separator(at index: Int) -> Character? {
    guard index + 1 < characters.count, Self.digit(characters[index + 1]) != nil else { return nil }
    switch characters[index] {
    case ".", "٫", "．": return "."
    case ",", "٬", "，": return ","
    case "'", "’", "\u{202F}", "\u{A0}", "\u{2009}":
      let group = characters[(index + 1)...].prefix { Self.digit($0) != nil }
      return group.count == 3 ? "'" : nil
    default: return nil
    }
  }

  /// The value, and the digits by which it is compared.
  private func parse(_ run: [Character]) -> (Double, String) {
    let mark: Character = decimal == .point ? "." : ","
    let bare = run.filter { $0 != "'" }
    let groups = bare.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    let separators = bare.filter { $0 == "." || $0 == "," }
    func areThousands(_ groups: ArraySlice<ArraySlice<Character>>) -> Bool {
      (1...3).contains(groups.first?.count ?? 0) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }
    var digits: String
    if separators.isEmpty {
      digits = String(bare)
    } else if Set(separators).count == 1, separators[0] != mark, areThousands(groups[...]) {
      digits = groups.map { String($0) }.joined()
    } else if Set(separators).count == 2, separators.last == mark, separators.count(where: { $0 == mark }) == 1,
      areThousands(groups.dropLast())
    {
      digits = groups.dropLast().map { String($0) }.joined() + "." + String(groups[groups.count - 1])
    } else if separators.count == 1, separators[0] == mark || groups[1].count != 3 {
      digits = String(groups[0]) + "." + String(groups[1])
    } else if Set(separators).count == 1, separators.count > 1, areThousands(groups[...]) {
      digits = groups.map { String($0) }.joined()
    } else {
      // Dates, versions and addresses stand as they are.
      return (Double(String(groups[0])) ?? 0, String(bare))
    }
    let zeros = digits.prefix { $0 == "0" }.count
    if zeros > 0, zeros < digits.count {
      digits.removeFirst(digits.dropFirst(zeros).first == "." ? zeros - 1 : zeros)
    } else if zeros == digits.count, zeros > 1 {
      digits = "0"
    }
    return (Double(digits) ?? 0, digits)
  }

  /// A minus, or a hyphen that does not follow a word or number.
  private func isNegative(before start: Int) -> Bool {
    guard start > 0 else { return false }
    let sign = characters[start - 1]
    guard sign == "−" || sign == "-" || sign == "–" || sign == "－" else { return false }
    guard start > 1 else { return true }
    let before = characters[start - 2]
    return before.isWhitespace && sign != "–" || "([{=<>:/*×·".contains(before)
  }

  private func skipSpaces(_ index: Int) -> Int {
    var index = index
    while index < characters.count,
      characters[index].isWhitespace && characters[index] != "\n" || characters[index] == "-"
    {
      index += 1
    }
    return index
  }

  /// Reads scale and unit behind a number, a currency before it.
  private mutating func add(_ number: Double, _ digits: String, _ start: Int, _ end: Int, isPower: Bool = false) -> Int
  {
    var (value, last, text) = (number, end, digits)
    var place = skipSpaces(end)
    while place < characters.count, let scale = scale(at: place) {
      value *= scale.factor
      last = scale.end
      text = Self.plain(value)
      place = skipSpaces(last)
    }
    var unit: MeasureUnit?
    var unitEnd = last
    if place < characters.count {
      if let known = symbol(at: place) {
        (unit, unitEnd) = (known, place + 1)
      } else if let chinese = MeasureUnit.beginning(
        Substring(String(characters[place..<min(place + 4, characters.count)])))
      {
        unit = chinese
      } else if characters[place].isLetter || characters[place] == "°" {
        var stop = place
        while stop < characters.count, characters[stop].isLetter || characters[stop] == "°" { stop += 1 }
        let word = String(characters[place..<stop])
        unit = MeasureUnit.named(word)
        if unit != nil { unitEnd = stop }
        if word == "per", String(characters[stop...].prefix(5)) == " cent" { unit = MeasureUnit.named("%") }
        // `5 m` is a length, `5m` may be minutes or millions: it has to stand so.
      }
    }
    if unit == nil { unit = symbol(before: start) }
    let shown = String(characters[start..<max(last, end, unitEnd)])
    found.append(
      Quantity(
        digits: number < 0 ? "-" + text : text, value: value, isPower: isPower, dimension: unit?.dimension,
        measure: unit.map { value * $0.factor }, text: shown))
    return max(last, end)
  }

  private func scale(at place: Int) -> (factor: Double, end: Int)? {
    if characters[place] == "万" || characters[place] == "亿" || characters[place] == "萬" || characters[place] == "億" {
      return NumberWords.scale(String(characters[place])).map { ($0, place + 1) }
    }
    let end = wordEnd(place)
    guard end > place else { return nil }
    return NumberWords.scale(String(characters[place..<end])).map { ($0, end) }
  }

  private func symbol(at place: Int) -> MeasureUnit? {
    "%‰$€£¥℃℉".contains(characters[place]) ? MeasureUnit.named(String(characters[place])) : nil
  }

  private func symbol(before start: Int) -> MeasureUnit? {
    var place = start - 1
    while place >= 0, characters[place].isWhitespace || characters[place] == "-" || characters[place] == "−" {
      place -= 1
    }
    guard place >= 0 else { return nil }
    if "$€£¥".contains(characters[place]) { return MeasureUnit.named(String(characters[place])) }
    let code = String(characters[max(0, place - 2)...place])
    return ["USD", "EUR", "GBP", "JPY", "CNY"].contains(code) ? MeasureUnit.named(code) : nil
  }

  private static func plain(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }
}
