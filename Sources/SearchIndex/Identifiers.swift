/// Names that are written with signs between or around their parts: `max_connections`, `__init__`, `os.path.join`, `3.10`,
/// `C++`, `/etc/passwd`. Beside its parts, which any FTS5 finds, each stands whole in the index, as one word whose signs are
/// letters of Unicode's private use.
enum Identifiers {
  /// No name is longer, and no text has more of them that anybody asks for.
  private static let longest = 64
  private static let most = 400

  /// The names in a text that is in its searchable form, each once.
  static func all(in text: String) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    var run: [UInt8] = []
    func end() {
      defer { run.removeAll(keepingCapacity: true) }
      guard run.count <= longest, let name = name(run), names.count < most, seen.insert(name).inserted else { return }
      names.append(name)
    }
    for byte in text.utf8 {
      // Only names of ASCII; letters of other scripts end one.
      if isLetter(byte) || isSign(byte) { run.append(byte) } else { end() }
    }
    end()
    return names
  }

  /// Without the signs of the sentence around it; `nil` for what is a plain word.
  private static func name(_ run: [UInt8]) -> String? {
    var name = run[...]
    while let first = name.first, !isLetter(first), first != UInt8(ascii: "_"), first != UInt8(ascii: "."),
      first != UInt8(ascii: "/")
    {
      name.removeFirst()
    }
    while let last = name.last, !isLetter(last), last != UInt8(ascii: "_"), last != UInt8(ascii: "+"),
      last != UInt8(ascii: "#")
    {
      name.removeLast()
    }
    // `.` and `/` in front are part of few names: those that have no other sign.
    if let first = name.first, first == UInt8(ascii: ".") || first == UInt8(ascii: "/"),
      name.dropFirst().contains(where: { !isLetter($0) })
    {
      name.removeFirst()
    }
    guard name.contains(where: isLetter), name.contains(where: { !isLetter($0) }) else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  /// As one word of FTS5.
  static func word(_ name: String) -> String {
    var word = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      if scalar.isASCII, !isLetter(UInt8(scalar.value)), let sign = Unicode.Scalar(0xE000 + scalar.value) {
        word.append(sign)
      } else {
        word.append(scalar)
      }
    }
    return String(word)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
  }

  private static func isSign(_ byte: UInt8) -> Bool { "_.-/:+#@~$".utf8.contains(byte) }
}
