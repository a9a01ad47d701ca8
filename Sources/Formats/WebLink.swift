/// Addresses that what we write may lead to.
package enum WebLink {
  private static let schemes: Set<String> = ["http", "https", "mailto", "file"]

  /// The address, unless a browser would run it: of those with a scheme, only `http:`, `https:`, `mailto:` and `file:`
  /// pass. Browsers drop white space and control characters around and within a scheme, so this does, too.
  package static func safe(_ address: String) -> String? {
    var scheme: [UInt8] = []
    for byte in address.utf8 {
      switch byte {
      case 0...0x20, 0x7F: continue
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): return address
      case UInt8(ascii: ":"):
        // What is no name of a scheme is judged as one that is not known.
        return schemes.contains(String(decoding: scheme, as: UTF8.self)) ? address : nil
      default: scheme.append(byte >= 65 && byte <= 90 ? byte | 0x20 : byte)
      }
    }
    return address
  }
}
