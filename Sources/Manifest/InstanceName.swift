import Formats
import Foundations

/// The names of the stages that `foreach` makes: `scrape@a`.
///
/// Two texts of other bytes are two values, also where they look alike (é in one scalar or in two). Names are compared as
/// Swift compares texts, which takes such two for one: a value that is not in Unicode's composed form (NFC) therefore
/// stands in a name with its bytes written out, `cafe%CC%81`.
enum InstanceName {
  static func name(of base: String, value: String) -> String { "\(base)@\(encoded(value))" }

  /// A name as it is written in `needs` or in `--set`, as the stage is called.
  static func canonical(_ name: String) -> String {
    guard let at = name.utf8.firstIndex(of: UInt8(ascii: "@")) else { return name }
    return name[..<at] + "@" + encoded(String(name[name.utf8.index(after: at)...]))
  }

  private static func encoded(_ value: String) -> String {
    let bytes = Array(value.utf8)
    guard bytes.contains(where: { $0 >= 0x80 }), NormalForm.composed(bytes) != bytes else { return value }
    var result = ""
    for byte in bytes {
      if byte < 0x80 {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
