import CUchardet
import Foundations
import Glibc

/// From bytes in whatever encoding to UTF-8. Never fails: what cannot be read becomes U+FFFD.
package enum TextDecoding {
  /// The version of uchardet that Debian 12 ships; the library has no call that tells.
  package static let libraryVersion = "uchardet 0.0.7"

  /// The text as UTF-8 and the name of the encoding that it was read as.
  ///
  /// In order: a byte order mark; what was declared (the first of `declared` that is known); valid
  /// UTF-8; what it looks like; windows-1252. Valid UTF-8 with multibyte characters beats a declared Latin encoding:
  /// that is a misconfigured server a thousand times before it is a text.
  package static func decode(_ bytes: [UInt8], declared: [String?]) -> (
    text: [UInt8], encoding: String
  ) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      return (repaired(Array(bytes.dropFirst(3))), "utf-8")
    }
    if bytes.starts(with: [0xFF, 0xFE]) {
      return (convert(Array(bytes.dropFirst(2)), from: "UTF-16LE"), "utf-16le")
    }
    if bytes.starts(with: [0xFE, 0xFF]) {
      return (convert(Array(bytes.dropFirst(2)), from: "UTF-16BE"), "utf-16be")
    }
    let isUTF8 = isValidUTF8(bytes)
    let isASCII = isUTF8 && !bytes.contains { $0 >= 0x80 }
    for name in declared {
      guard let name, let label = iconvName(name) else { continue }
      if label == "UTF-8" {
        if isUTF8 { return (bytes, "utf-8") }
        // Declared and nearly so: repair. Declared and not at all so: a Latin text.
        if hasMultibyte(bytes) { return (repaired(bytes), "utf-8") }
        return (convert(bytes, from: "CP1252"), "windows-1252")
      }
      if isUTF8, label == "CP1252" || label.hasPrefix("ISO-8859") { return (bytes, "utf-8") }
      // A few letters of another encoding may be UTF-8 by chance; a text of it never is.
      if isUTF8, !isASCII, !isStateful(label), hasManyMultibytes(bytes) { return (bytes, "utf-8") }
      if isASCII && !label.hasPrefix("UTF-16") && !label.hasPrefix("UTF-32")
        && !label.hasPrefix("ISO-2022") && label != "HZ" && label != "UTF-7"
      {
        return (bytes, "utf-8")
      }
      return (convert(bytes, from: label), name.lowercased())
    }
    if isUTF8 { return (bytes, "utf-8") }
    let guess = guessed(bytes)
    return (convert(bytes, from: guess.label), guess.name)
  }

  /// What the bytes look like, by uchardet, where nobody says and it is no UTF-8; windows-1252 when nothing is likely, or
  /// when there is too little to judge by.
  private static func guessed(_ bytes: [UInt8]) -> (label: String, name: String) {
    let start = bytes.prefix(256 << 10)
    let usual = ("CP1252", "windows-1252")
    guard start.reduce(0, { $0 + ($1 >= 0x80 ? 1 : 0) }) >= 8 else { return usual }
    var name = [CChar](repeating: 0, count: 64)
    start.withUnsafeBytes {
      uchardet_guess($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &name, name.count)
    }
    let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // The Latin alphabets of western Europe are what browsers take for windows-1252.
    guard let label = iconvName(text), label != "UTF-8", !label.hasPrefix("ISO-8859-1"), label != "MACINTOSH" else {
      return usual
    }
    return (label, text.lowercased())
  }

  package static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    isValidUTF8(bytes) ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  /// Whether an encoding writes all letters with bytes below 0x80, or is UTF-16 or UTF-32.
  private static func isStateful(_ label: String) -> Bool {
    label.hasPrefix("UTF-16") || label.hasPrefix("UTF-32") || label.hasPrefix("ISO-2022") || label == "HZ"
      || label == "UTF-7"
  }

  private static func hasManyMultibytes(_ bytes: [UInt8]) -> Bool {
    var count = 0
    for byte in bytes where byte >= 0xC2 {
      count += 1
      if count > 4 { return true }
    }
    return false
  }

  /// Whether at least one well-formed sequence of several bytes stands in `bytes`.
  private static func hasMultibyte(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index + 1 < bytes.count {
      let byte = bytes[index]
      let length =
        byte >= 0xF0 && byte < 0xF5
        ? 4 : byte >= 0xE0 && byte < 0xF0 ? 3 : byte >= 0xC2 && byte < 0xE0 ? 2 : 1
      if length > 1, index + length <= bytes.count,
        bytes[(index + 1)..<(index + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
      {
        return true
      }
      index += 1
    }
    return false
  }

  /// What iconv calls an encoding, after the labels of the WHATWG Encoding Standard where browsers
  /// differ from the letter; `nil` for what iconv does not know.
  static func iconvName(_ label: String) -> String? {
    let name = label.lowercased().filter { $0 != " " && $0 != "\"" && $0 != "'" }
    let known: String
    switch name {
    case "": return nil
    case "utf-8", "utf8", "unicode-1-1-utf-8": return "UTF-8"
    case "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "iso_8859-1:1987", "iso-ir-100", "csisolatin1", "latin1",
      "l1", "ascii", "us-ascii", "ansi_x3.4-1968", "ansi_x3.4-1986", "iso_646.irv:1991", "iso646-us", "ansi", "ibm819",
      "cp819", "windows-1252", "windows1252", "cp1252", "x-cp1252", "x-ansi", "iso-latin-1", "8859-1":
      return "CP1252"
    case "unicode11utf8", "unicode20utf8", "x-unicode20utf8", "utf_8", "utf-8n", "utf8mb4": return "UTF-8"
    case "gb2312", "gbk", "x-gbk", "gb_2312-80", "gb_2312", "chinese", "csgb2312", "csiso58gb231280", "iso-ir-58",
      "cp936", "windows-936", "euc-cn":
      known = "GB18030"
    case "big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5", "big-5", "cp950": known = "BIG5-HKSCS"
    case "shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "csshiftjis", "ms932", "windows-31j", "cp932":
      known = "CP932"
    case "euc-jp", "x-euc-jp", "x-euc", "eucjp", "cseucpkdfmtjapanese": known = "EUC-JP"
    case "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601", "euc-kr", "euckr", "korean", "cseuckr",
      "csksc56011987", "iso-ir-149", "windows-949", "cp949":
      known = "CP949"
    case "iso-8859-9", "iso8859-9", "iso_8859-9", "latin5", "l5", "windows-1254": known = "CP1254"
    case "iso-8859-8-i", "iso-8859-8-e", "logical", "visual", "hebrew": known = "ISO-8859-8"
    case "iso-8859-11", "iso8859-11", "tis-620", "tis620", "dos-874", "windows-874": known = "CP874"
    case "x-cp1250", "windows1250": known = "CP1250"
    case "x-cp1251", "windows1251", "win-1251", "cp-1251": known = "CP1251"
    case "koi", "koi8", "koi8_r", "cskoi8r": known = "KOI8-R"
    case "cyrillic": known = "ISO-8859-5"
    case "greek", "greek8": known = "ISO-8859-7"
    case "arabic": known = "ISO-8859-6"
    case "latin2", "l2": known = "ISO-8859-2"
    case "x-mac-roman", "macintosh", "mac": known = "MACINTOSH"
    case "x-mac-cyrillic", "x-mac-ukrainian": known = "MAC-CYRILLIC"
    case "utf-16", "unicode", "utf16", "ucs-2", "iso-10646-ucs-2", "utf-16le": known = "UTF-16LE"
    default:
      guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }),
        name.utf8.count < 40
      else { return nil }
      known = name.uppercased()
    }
    guard let converter = open(known) else { return nil }
    iconv_close(converter)
    return known
  }

  /// Text as the bytes of an encoding, as forms of a page send it (URL Standard, 2.1): what the encoding has no bytes for
  /// is written as HTML writes it (`&#8364;`), percent-encoded.
  package static func encode(_ text: String, as encoding: String) -> [UInt8] {
    guard let label = iconvName(encoding), label != "UTF-8", !label.hasPrefix("UTF-16"),
      let converter = open(to: label, from: "UTF-8")
    else { return Array(text.utf8) }
    defer { iconv_close(converter) }
    return text.unicodeScalars.flatMap { scalar -> [UInt8] in
      if scalar.isASCII { return [UInt8(ascii: scalar)] }
      var source = Array(String(scalar).utf8)
      var made = [UInt8](repeating: 0, count: 16)
      var left = source.count
      var room = made.count
      let status = source.withUnsafeMutableBytes { from in
        made.withUnsafeMutableBytes { to in
          var input = from.baseAddress?.assumingMemoryBound(to: CChar.self)
          var output = to.baseAddress?.assumingMemoryBound(to: CChar.self)
          return iconv(converter, &input, &left, &output, &room)
        }
      }
      return status == -1 || left > 0 ? Array("%26%23\(scalar.value)%3B".utf8) : Array(made.prefix(made.count - room))
    }
  }

  private static func open(_ encoding: String) -> iconv_t? { open(to: "UTF-8", from: encoding) }

  private static func open(to target: String, from source: String) -> iconv_t? {
    let converter = iconv_open(target, source)
    return converter == iconv_t(bitPattern: -1) ? nil : converter
  }

  private static func convert(_ bytes: [UInt8], from encoding: String) -> [UInt8] {
    guard let converter = open(encoding) else { return repaired(bytes) }
    defer { iconv_close(converter) }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 8)
    var source = bytes
    source.withUnsafeMutableBytes { raw in
      var input = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
      var left = raw.count
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { buffer in
        while left > 0 {
          var start = buffer.baseAddress
          var room = buffer.count
          let status = iconv(converter, &input, &left, &start, &room)
          let code = errno
          output.append(
            contentsOf: UnsafeRawBufferPointer(
              start: buffer.baseAddress, count: buffer.count - room))
          // (size_t)-1.
          guard status == -1 else { break }
          if code == E2BIG { continue }
          output.append(contentsOf: [0xEF, 0xBF, 0xBD])
          guard code == EILSEQ, left > 0 else { break }
          input = input?.advanced(by: 1)
          left -= 1
        }
      }
    }
    return output
  }
}
