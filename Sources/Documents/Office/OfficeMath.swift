import Foundations

/// Formulas of office documents (ECMA-376, 22.1) on one line: `(a+b)/2`, `x^2`, `√(n)`.
struct OfficeMath {
  private struct Frame {
    let name: String
    /// What its parts became, with their names.
    var parts: [(name: String, text: String)] = []
    var properties: [String: String] = [:]

    func part(_ name: String) -> String { parts.filter { $0.name == name }.map(\.text).joined() }
    var all: String { parts.map(\.text).joined() }
  }

  private var frames: [Frame] = []
  private var isText = false
  /// The formula that has ended.
  private(set) var text = ""

  var isOpen: Bool { !frames.isEmpty }

  mutating func open(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "t": isText = true
    case "chr", "begChr", "endChr", "sepChr", "type":
      guard let owner = frames.lastIndex(where: { !$0.name.hasSuffix("Pr") }) else { return }
      frames[owner].properties[name] = attribute("m:val") ?? ""
    default: frames.append(Frame(name: name))
    }
  }

  mutating func add(_ text: String) {
    guard isText, !frames.isEmpty else { return }
    frames[frames.count - 1].parts.append(("t", text))
  }

  /// - Returns: whether the whole formula has ended.
  mutating func close(_ name: String) -> Bool {
    switch name {
    case "t":
      isText = false
      return false
    case "chr", "begChr", "endChr", "sepChr", "type": return false
    default: break
    }
    guard let frame = frames.popLast() else { return false }
    let written = frame.name.hasSuffix("Pr") ? "" : Self.written(frame)
    guard let above = frames.indices.last else {
      text = written
      return true
    }
    frames[above].parts.append((frame.name, written))
    return false
  }

  private static func grouped(_ text: String) -> String { MathText.grouped(text) }

  private static func written(_ frame: Frame) -> String {
    switch frame.name {
    case "f":
      return frame.properties["type"] == "noBar"
        ? "(\(frame.part("num")) \(frame.part("den")))" : "\(grouped(frame.part("num")))/\(grouped(frame.part("den")))"
    case "sSup": return frame.part("e") + "^" + grouped(frame.part("sup"))
    case "sSub": return frame.part("e") + "_" + grouped(frame.part("sub"))
    case "sSubSup": return frame.part("e") + "_" + grouped(frame.part("sub")) + "^" + grouped(frame.part("sup"))
    case "rad": return grouped(frame.part("deg")) + "√" + grouped(frame.part("e"))
    case "d":
      let inner = frame.parts.filter { $0.name == "e" }.map(\.text).joined(separator: frame.properties["sepChr"] ?? "|")
      return (frame.properties["begChr"] ?? "(") + inner + (frame.properties["endChr"] ?? ")")
    case "nary":
      let (sub, sup) = (frame.part("sub"), frame.part("sup"))
      return (frame.properties["chr"] ?? "∫") + (sub.isEmpty ? "" : "_" + grouped(sub))
        + (sup.isEmpty ? "" : "^" + grouped(sup)) + " " + frame.part("e")
    case "func": return frame.part("fName") + " " + frame.part("e")
    case "limLow": return frame.part("e") + "_" + grouped(frame.part("lim"))
    case "limUpp": return frame.part("e") + "^" + grouped(frame.part("lim"))
    case "acc": return frame.part("e") + (frame.properties["chr"] ?? "\u{302}")
    case "mr": return frame.parts.filter { $0.name == "e" }.map(\.text).joined(separator: ", ")
    case "m": return "[" + frame.parts.filter { $0.name == "mr" }.map(\.text).joined(separator: "; ") + "]"
    case "eqArr": return frame.parts.filter { $0.name == "e" }.map(\.text).joined(separator: "; ")
    default: return frame.all
    }
  }
}
