/// The numbers that stand in texts, to compare them: what a model writes must stand in what it read.
package enum Numbers {
  /// Without thousands separators: `1,234.5` and `1234.5` are one.
  package static func all(in text: String) -> Set<String> {
    var numbers: Set<String> = []
    var current = ""
    func flush() {
      while current.hasSuffix(".") || current.hasSuffix(",") { current.removeLast() }
      if !current.isEmpty { numbers.insert(plain(current)) }
      current = ""
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "0"..."9": current.unicodeScalars.append(scalar)
      case ".", ",": if !current.isEmpty { current.unicodeScalars.append(scalar) }
      default: flush()
      }
    }
    flush()
    return numbers
  }

  /// Without commas where they part thousands; elsewhere a comma says something else.
  private static func plain(_ number: String) -> String {
    let parts = number.split(separator: ",", omittingEmptySubsequences: false)
    let partsThousands =
      parts.count > 1 && (1...3).contains(parts[0].count)
      && parts.dropFirst().allSatisfy { part in part.prefix { $0 != "." }.count == 3 }
    return partsThousands ? parts.joined() : number
  }

  /// Units that change what a number means, as they stand right behind it.
  private static let units: Set<String> = [
    "thousand", "million", "billion", "trillion", "k", "m", "bn", "ns", "us", "ms", "s", "min", "h", "kb", "mb", "gb",
    "tb", "mg", "g", "kg", "t", "mm", "cm", "km", "seconds", "minutes", "hours", "days", "weeks", "months", "years",
  ]

  /// Numbers that stand with a mark that changes what they mean: `12 %`, `$4.2`, `€ 3`; as `12%`, `$4.2`, `€3`.
  package static func marked(in text: String) -> Set<String> {
    var found: Set<String> = []
    let characters = Array(text)
    var index = 0
    while index < characters.count {
      guard characters[index].isASCII, characters[index].isNumber else {
        index += 1
        continue
      }
      let start = index
      while index < characters.count,
        characters[index].isASCII && characters[index].isNumber || ".,".contains(characters[index])
      {
        index += 1
      }
      guard let number = all(in: String(characters[start..<index])).first else { continue }
      func neighbour(_ place: Int, _ step: Int) -> String {
        var place = place
        if characters.indices.contains(place), characters[place] == " " || characters[place] == "\u{A0}" {
          place += step
        }
        return characters.indices.contains(place) ? String(characters[place]) : ""
      }
      let behind = neighbour(index, 1)
      let before = neighbour(start - 1, -1)
      let rest = String(characters[min(index, characters.count)..<min(index + 9, characters.count)]).lowercased()
      if behind == "%" || rest.hasPrefix(" percent") || rest.hasPrefix(" per cent") { found.insert(number + "%") }
      let word = characters[min(index, characters.count)...].drop { $0 == " " || $0 == "\u{A0}" }
        .prefix { $0.isLetter }
      if units.contains(String(word).lowercased()) { found.insert(number + " " + String(word).lowercased()) }
      for sign in ["$", "€", "£", "¥"] where before == sign || behind == sign { found.insert(sign + number) }
    }
    return found
  }
}
