/// How an element is shown, as far as it changes what is read.
struct StyleLook {
  var isHidden = false
  var role: ScriptText.Role?
  /// Of its letters, against those of the text.
  var size: Double?
  var isBold: Bool?

  var isPlain: Bool { !isHidden && role == nil && size == nil && isBold == nil }

  /// Puts another look over this one. What hides only inside of something else may not hold.
  mutating func merge(_ other: StyleLook, isInner: Bool) {
    if other.isHidden, !isInner { isHidden = true }
    role = other.role ?? role
    size = other.size ?? size
    isBold = other.isBold ?? isBold
  }

  /// Adds declarations: `font-size: 2em; display: none`.
  mutating func add(_ declarations: [UInt8]) {
    for part in declarations.split(separator: UInt8(ascii: ";")) {
      guard let colon = part.firstIndex(of: UInt8(ascii: ":")), part.count < 200 else { continue }
      let name = Self.word(part[..<colon])
      guard Self.names.contains(name) else { continue }
      let value = Self.word(part[(colon + 1)...]).split(separator: "!").first.map(String.init) ?? ""
      switch name {
      case "display": isHidden = value == "none"
      case "vertical-align": role = value == "super" ? .raised : value == "sub" ? .lowered : nil
      case "font-size": size = Self.size(value) ?? size
      case "font-weight": isBold = value == "bold" || value == "bolder" || (Int(value) ?? 0) >= 600
      default: break
      }
    }
  }

  private static let names: Set<String> = ["display", "vertical-align", "font-size", "font-weight"]

  private static func word(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.filter { $0 > 0x20 }.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
  }

  private static func size(_ value: String) -> Double? {
    switch value {
    case "large", "larger": return 1.2
    case "x-large": return 1.5
    case "xx-large", "xxx-large": return 2
    default: break
    }
    for (unit, factor) in [("rem", 1), ("em", 1), ("%", 0.01), ("px", 1 / 16), ("pt", 1 / 12)]
    where value.hasSuffix(unit) {
      guard let number = Double(value.dropLast(unit.count)), number.isFinite, number > 0 else { return nil }
      return number * factor
    }
    return nil
  }

  /// The level of a heading that looks so.
  var headingLevel: Int? {
    guard let size, size >= (isBold == true ? 1.15 : 1.4), isBold != false || size >= 1.4 else { return nil }
    return size >= 1.8 ? 1 : size >= 1.4 ? 2 : 3
  }
}
