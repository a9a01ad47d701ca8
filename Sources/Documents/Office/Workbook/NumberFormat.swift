import Foundations

/// The number formats of spreadsheets (ECMA-376, 18.8.31), for what is no date: `#,##0.00;[Red](0)`, `00000`, `0.0%`.
struct NumberFormat {
  private struct Section {
    /// Placeholders of digits and what stands between them, a character each; literals by themselves.
    enum Token: Equatable {
      case digit(Character)
      case literal(String)
      case point, comma, percent, general, text, slash
      case exponent(isSigned: Bool)
    }

    var tokens: [Token] = []
    var condition: (sign: String, value: Double)?
  }

  private var sections: [Section] = []

  init(_ code: String) {
    var section = Section()
    var characters = Array(code)[...]
    while let character = characters.popFirst() {
      switch character {
      case ";":
        sections.append(section)
        section = Section()
      case "\"":
        let text = characters.prefix { $0 != "\"" }
        characters = characters.dropFirst(text.count + 1)
        section.tokens.append(.literal(String(text)))
      case "\\": if let next = characters.popFirst() { section.tokens.append(.literal(String(next))) }
      // The room of a letter, or as many letters as fit.
      case "_": if characters.popFirst() != nil { section.tokens.append(.literal(" ")) }
      case "*": _ = characters.popFirst()
      case "[":
        let inner = String(characters.prefix { $0 != "]" })
        characters = characters.dropFirst(inner.count + 1)
        Self.bracket(inner, &section)
      case "0", "#", "?": section.tokens.append(.digit(character))
      case ".": section.tokens.append(.point)
      case ",": section.tokens.append(.comma)
      case "%": section.tokens.append(.percent)
      case "@": section.tokens.append(.text)
      case "/": section.tokens.append(.slash)
      case "E", "e":
        if let sign = characters.first, sign == "+" || sign == "-" {
          characters.removeFirst()
          section.tokens.append(.exponent(isSigned: sign == "+"))
        } else {
          section.tokens.append(.literal(String(character)))
        }
      case "G" where characters.starts(with: Array("eneral")), "g" where characters.starts(with: Array("eneral")):
        characters = characters.dropFirst(6)
        section.tokens.append(.general)
      default: section.tokens.append(.literal(String(character)))
      }
    }
    sections.append(section)
  }

  /// A colour, a condition, or a currency: `[Red]`, `[>=1000]`, `[$€-407]`.
  private static func bracket(_ inner: String, _ section: inout Section) {
    if inner.hasPrefix("$") {
      let sign = inner.dropFirst().prefix { $0 != "-" }
      if !sign.isEmpty { section.tokens.append(.literal(String(sign))) }
      return
    }
    let sign = inner.prefix { "<>=".contains($0) }
    if !sign.isEmpty, let value = Double(inner.dropFirst(sign.count)) { section.condition = (String(sign), value) }
  }

  private static func holds(_ condition: (sign: String, value: Double), _ value: Double) -> Bool {
    switch condition.sign {
    case "<": value < condition.value
    case "<=": value <= condition.value
    case ">": value > condition.value
    case ">=": value >= condition.value
    case "<>": value != condition.value
    default: value == condition.value
    }
  }

  /// What a cell with this number shows.
  func show(_ value: Double) -> String {
    let (section, showsSign) = section(for: value)
    let text = Self.show(DecimalDigits(value), section)
    let trimmed = text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    let hasDigits = trimmed.contains { $0 != "0" && $0.isNumber }
    return value < 0 && showsSign && hasDigits ? "-" + trimmed : trimmed
  }

  private func section(for value: Double) -> (Section, Bool) {
    let numeric = sections.count > 3 ? Array(sections.prefix(3)) : sections
    if numeric.contains(where: { $0.condition != nil }) {
      return Self.chosen(numeric, value)
    }
    if numeric.count > 2, value == 0 { return (numeric[2], false) }
    if numeric.count > 1, value < 0 { return (numeric[1], false) }
    return (numeric[0], true)
  }

  /// Of sections some of which say for which numbers they are. A sign is written by the first one, unless that is the one for
  /// all that has a sign; the second of three is for what has one, where it does not say otherwise.
  private static func chosen(_ sections: [Section], _ value: Double) -> (Section, Bool) {
    for (index, section) in sections.enumerated() {
      guard let condition = section.condition ?? (index == 1 && sections.count > 2 ? ("<", 0) : nil),
        holds(condition, value)
      else { continue }
      let isForNegatives = condition.value == 0 && condition.sign.hasPrefix("<") && condition.sign != "<>"
      return (section, index == 0 && !isForNegatives)
    }
    // A number that none is for is shown as it is.
    guard let rest = sections.lastIndex(where: { $0.condition == nil }) else {
      var general = Section()
      general.tokens = [.general]
      return (general, true)
    }
    return (sections[rest], rest == 0)
  }

  // MARK: One section

  private static func show(_ number: DecimalDigits, _ section: Section) -> String {
    let tokens = section.tokens
    if tokens.contains(.general) || !tokens.contains(where: { if case .digit = $0 { true } else { false } }) {
      let general = number.isNegative ? String(number.plain.dropFirst()) : number.plain
      return tokens.map { token in
        switch token {
        case .general, .text: general
        case .literal(let text): text
        case .percent: "%"
        case .comma: ","
        case .point: "."
        case .slash: "/"
        case .digit, .exponent: ""
        }
      }.joined()
    }
    if let slash = tokens.firstIndex(of: .slash) { return FractionFormat.show(number, tokens.map(piece), slash) }
    var number = number
    number = number.shifted(2 * tokens.count { $0 == .percent })
    // Commas behind the last digit before the point divide by a thousand each.
    let end = tokens.firstIndex { $0 == .point || isExponent($0) } ?? tokens.count
    let lastDigit = tokens[..<end].lastIndex { isDigit($0) } ?? -1
    let lastOfAll = tokens[..<(tokens.firstIndex(where: isExponent) ?? tokens.count)].lastIndex { isDigit($0) } ?? -1
    let behind = lastOfAll > end ? tokens[(lastOfAll + 1)...].prefix { $0 == .comma }.count : 0
    let scale = tokens[(lastDigit + 1)..<end].count { $0 == .comma } + behind
    number = number.shifted(-3 * scale)
    // Zeros behind a per cent's last digit say nothing.
    if tokens.contains(.percent), let point = tokens.firstIndex(of: .point) {
      let free = tokens.enumerated().map { index, token in
        index > point && token == .digit("0") ? Section.Token.digit("#") : token
      }
      return fixed(number, free, lastDigit)
    }
    if let exponent = tokens.firstIndex(where: isExponent) { return scientific(number, tokens, exponent) }
    return fixed(number, tokens, lastDigit)
  }

  private static func piece(_ token: Section.Token) -> FractionFormat.Piece {
    switch token {
    case .digit(let sign): .digit(sign)
    case .literal(let text): .literal(text)
    case .slash: .slash
    case .percent: .literal("%")
    case .point: .literal(".")
    case .comma, .general, .text, .exponent: .literal("")
    }
  }

  private static func isDigit(_ token: Section.Token) -> Bool { if case .digit = token { true } else { false } }
  private static func isExponent(_ token: Section.Token) -> Bool { if case .exponent = token { true } else { false } }

  private static func fixed(_ number: DecimalDigits, _ tokens: [Section.Token], _ lastDigit: Int) -> String {
    let point = tokens.firstIndex(of: .point) ?? tokens.count
    let places = tokens[point...].count { isDigit($0) }
    let rounded = number.rounded(places)
    let whole = whole(rounded.whole, Array(tokens[..<point]), lastDigit)
    guard point < tokens.count else { return whole }
    return whole + behind(rounded.fraction(places), Array(tokens[(point + 1)...]))
  }

  /// The places before the point, filled from the right; the first takes what is left.
  private static func whole(_ digits: String, _ tokens: [Section.Token], _ lastDigit: Int) -> String {
    let isGrouped = tokens.indices.contains {
      $0 < lastDigit && tokens[$0] == .comma && tokens[..<$0].contains(where: isDigit)
    }
    var rest = Array(digits)
    var out: [String] = []
    let first = tokens.firstIndex(where: isDigit)
    var count = 0
    func put(_ digit: Character) {
      if isGrouped, count > 0, count % 3 == 0 { out.append(",") }
      out.append(String(digit))
      count += 1
    }
    for index in tokens.indices.reversed() {
      switch tokens[index] {
      case .digit(let sign):
        if let digit = rest.popLast() { put(digit) } else if sign == "0" { put("0") }
        if index == first { while let digit = rest.popLast() { put(digit) } }
      case .literal(let text): out.append(text)
      case .percent: out.append("%")
      default: break
      }
    }
    if first == nil { while let digit = rest.popLast() { put(digit) } }
    return out.reversed().joined()
  }

  private static func behind(_ digits: String, _ tokens: [Section.Token]) -> String {
    var digits = Array(digits)
    // Places that need not be filled.
    let signs = tokens.compactMap { token in if case .digit(let sign) = token { sign } else { nil } }
    var kept = signs.count
    while kept > 0, signs[kept - 1] != "0", digits[kept - 1] == "0" { kept -= 1 }
    digits = Array(digits.prefix(kept))[...].map { $0 }
    var out = ""
    var next = 0
    for token in tokens {
      switch token {
      case .digit:
        if next < digits.count { out.append(digits[next]) }
        next += 1
      case .literal(let text): out += text
      case .percent: out += "%"
      default: break
      }
    }
    return digits.isEmpty ? (signs.isEmpty ? "." : "") + out : "." + out
  }

  private static func scientific(_ number: DecimalDigits, _ tokens: [Section.Token], _ place: Int) -> String {
    guard case .exponent(let isSigned) = tokens[place] else { return number.plain }
    let mantissa = Array(tokens[..<place])
    let point = mantissa.firstIndex(of: .point) ?? mantissa.count
    let wide = max(1, mantissa[..<point].count { isDigit($0) })
    let places = mantissa[point...].count { isDigit($0) }
    func exponent(_ number: DecimalDigits) -> Int {
      guard !number.isZero else { return 0 }
      let power = number.point - 1
      return wide == 1 ? power : Int(clamping: (Double(power) / Double(wide)).rounded(.down)) * wide
    }
    var power = exponent(number)
    let rounded = number.shifted(-power).rounded(places)
    // 9.99 rounds to 10.
    if rounded.point > wide { power += wide == 1 ? 1 : wide }
    let shown = fixed(number.shifted(-power), mantissa, mantissa[..<point].lastIndex(where: isDigit) ?? -1)
    let digits = tokens[(place + 1)...].count { isDigit($0) }
    let size = "\(abs(power))"
    let sign = power < 0 ? "-" : isSigned ? "+" : ""
    return shown + "E" + sign + String(repeating: "0", count: max(0, digits - size.count)) + size
  }
}
