import Foundations

/// How a body is packed for the way (RFC 9110, 8.4.1).
enum ContentCoding: Equatable {
  case gzip, deflate, brotli, zstd
  /// One that nobody here can undo.
  case unknown(String)

  /// What `Content-Encoding` says, in the order in which it was done. Values that pack nothing are left out: what names a
  /// charset (`UTF-8`), how a body was sent to a store (`aws-chunked`), or nothing at all (`binary`, `none`).
  static func list(_ field: String) -> [ContentCoding] {
    field.split(separator: ",").compactMap { part in
      let name = part.filter { !" \t\"'".contains($0) }.lowercased()
      switch name {
      case "gzip", "x-gzip": return .gzip
      case "deflate", "x-deflate", "zlib": return .deflate
      case "br", "brotli": return .brotli
      case "zstd": return .zstd
      case "compress", "x-compress", "bzip2", "x-bzip2", "xz", "lzma", "sdch", "dcb", "dcz", "exi", "pack200-gzip",
        "aes128gcm":
        return .unknown(name)
      default: return nil
      }
    }
  }

  /// What servers are told that is understood.
  static let accepted = "gzip, deflate, \(ContentDecoder(.brotli) == nil ? "" : "br, ")zstd"
}
