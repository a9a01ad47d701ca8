import Foundations

/// A page as it looks.
package struct PagePicture: Sendable {
  /// From 1.
  package let number: Int
  /// In points.
  package let width: Double
  package let height: Double
  package let png: [UInt8]

  /// As a URL that needs no other file (RFC 2397).
  var dataURL: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text = Array("data:image/png;base64,".utf8)
    text.reserveCapacity(text.count + png.count * 4 / 3 + 4)
    var index = 0
    while index < png.count {
      let count = min(3, png.count - index)
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(png[index + offset]) : 0) }
      for place in 0..<4 {
        text.append(place <= count ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}
