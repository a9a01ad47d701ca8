import CZlib
import Foundations

/// Unpacks gzip files such as `sitemap.xml.gz`; what a server packs for the way only is `HTTPClient`'s business.
package enum Gzip {
  package static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// - Throws: `SluiceError` for a damaged or cut file, and for one that becomes larger than `limit`.
  package static func unpacked(_ bytes: [UInt8], limit: Int, name: String) throws(SluiceError) -> [UInt8] {
    var capacity = min(limit, max(64 << 10, bytes.count * 8))
    while true {
      var status: Int32 = 0
      let out = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        count = czlib_gunzip(bytes, bytes.count, buffer.baseAddress!, capacity, &status)
      }
      if Int(status) == CZLIB_WHOLE { return out }
      if Int(status) == CZLIB_TOO_LARGE, capacity < limit {
        capacity = min(limit, capacity * 4)
        continue
      }
      throw SluiceError(
        .badInput,
        Int(status) == CZLIB_TOO_LARGE
          ? "\(name) becomes larger than \(Units.show(bytes: limit)) when it is unpacked"
          : "\(name) is no whole gzip file")
    }
  }
}
