/// The numbers that stand in texts, to compare them: what a model writes must stand in what it read.
enum Numbers {
  /// Without thousands separators: `1,234.5` and `1234.5` are one.
  static func all(in text: String) -> Set<String> {
    var numbers: Set<String> = []
    var current = ""
    func flush() {
      while current.hasSuffix(".") || current.hasSuffix(",") { current.removeLast() }
      if !current.isEmpty { numbers.insert(current.filter { $0 != "," }) }
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
}
