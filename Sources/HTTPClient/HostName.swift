import CUTF8Proc
import Foundations
import Glibc

/// The name of a host in the one form in which it is judged, and asked for.
enum HostName {
  /// Percent-encoding taken off, compatible characters (`１２７`, `。`) as the ordinary ones, lower case, no dots at its
  /// end; IPv4 addresses in their usual form, whatever they were written in (`0x7f.1`, `2130706433`, `017700000001`).
  /// - Returns: `nil` for what is no name of a host.
  static func normalized(_ given: ArraySlice<UInt8>, isBracketed: Bool) -> String? {
    if isBracketed {
      // Without a zone: that names an interface of this machine.
      guard let address = IPAddress(String(decoding: given, as: UTF8.self)), address.bytes.count == 16,
        !given.contains(UInt8(ascii: "%"))
      else { return nil }
      return String(decoding: given, as: UTF8.self).lowercased()
    }
    guard let decoded = decoded(given), let folded = folded(decoded) else { return nil }
    var bytes = folded[...]
    while bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    let forbidden = Array(" \"#%/:<>?@[\\]^`{|}".utf8)
    guard !bytes.isEmpty, bytes.count < 1024,
      !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F || forbidden.contains($0) })
    else { return nil }
    let name = String(decoding: bytes, as: UTF8.self)
    if let last = bytes.split(separator: UInt8(ascii: ".")).last, last.first.map({ $0 >= 48 && $0 <= 57 }) == true {
      // What ends in a number is an address or nothing (WHATWG URL, 3.5).
      return IPAddress(name)?.description
    }
    return name
  }

  /// Without percent-encoding; names that are encoded twice are none.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        out.append(byte)
        continue
      }
      guard let value = PercentEncoding.value(rest.prefix(2)) else { return nil }
      out.append(value)
      rest = rest.dropFirst(2)
    }
    return out
  }

  /// Compatible characters as the ordinary ones, in lower case; what nobody sees goes.
  private static func folded(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 } }
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else { return nil }
    var count = 0
    guard let folded = utf8_normalize(bytes, bytes.count, UTF8_NFKC, &count) else { return nil }
    defer { free(folded) }
    let text = String(decoding: UnsafeBufferPointer(start: folded, count: count), as: UTF8.self).lowercased()
    // Full stops of other scripts part labels, too (UTS 46), and soft hyphens and joiners are nothing.
    let ignored: Set<UInt32> = [0xAD, 0x200B, 0x2060, 0xFEFF]
    let seen = String(String.UnicodeScalarView(text.unicodeScalars.filter { !ignored.contains($0.value) }))
    return Array(seen.utf8).replacing(Array("\u{3002}".utf8), with: [UInt8(ascii: ".")])
  }
}
