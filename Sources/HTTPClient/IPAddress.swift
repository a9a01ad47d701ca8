import Glibc

/// An IPv4 or IPv6 address, and whether it belongs to the public Internet (IANA's special-purpose registries,
/// RFC 6890 and its successors).
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// Four or sixteen bytes, the most significant first.
  package let bytes: [UInt8]

  package init(v4: [UInt8]) { bytes = v4 }

  /// Reads `127.0.0.1`, `::1`, with or without brackets and scope; and what inet_aton takes for IPv4 (`0x7f.1`,
  /// `2130706433`), because resolvers take it, too.
  package init?(_ text: String) {
    var name = text
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    if let percent = name.firstIndex(of: "%"), name.contains(":") { name = String(name[..<percent]) }
    var six = in6_addr()
    if inet_pton(AF_INET6, name, &six) == 1 {
      bytes = withUnsafeBytes(of: &six) { Array($0) }
      return
    }
    var four = in_addr()
    guard let first = name.utf8.first, first >= 48 && first <= 57, inet_aton(name, &four) != 0 else { return nil }
    bytes = withUnsafeBytes(of: &four) { Array($0) }
  }

  /// Reads a `sockaddr`.
  package init?(_ address: UnsafeRawPointer, family: Int32) {
    switch family {
    case AF_INET:
      var found = address.load(as: sockaddr_in.self).sin_addr
      bytes = withUnsafeBytes(of: &found) { Array($0) }
    case AF_INET6:
      var found = address.loadUnaligned(as: sockaddr_in6.self).sin6_addr
      bytes = withUnsafeBytes(of: &found) { Array($0) }
    default: return nil
    }
  }

  package var description: String {
    var buffer = [CChar](repeating: 0, count: 64)
    bytes.withUnsafeBytes { raw in
      _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, raw.baseAddress, &buffer, socklen_t(buffer.count))
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether the address is one of the public Internet.
  package var isPublic: Bool {
    if bytes.count == 4 { return Self.isPublic4(bytes) }
    // Addresses that carry an IPv4 address lead to it: mapped and compatible ones, NAT64 (RFC 6052), 6to4.
    let head = Array(bytes[..<12])
    if head == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] || head == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
      return Self.isPublic4(Array(bytes[12...]))
    }
    if has([0x20, 0x02], 16) { return Self.isPublic4(Array(bytes[2..<6])) }
    return !Self.special6.contains { has($0.0, $0.1) }
  }

  private func has(_ prefix: [UInt8], _ bits: Int) -> Bool { Self.has(bytes, prefix, bits) }

  private static func has(_ bytes: [UInt8], _ prefix: [UInt8], _ bits: Int) -> Bool {
    for index in 0..<prefix.count {
      let left = min(8, bits - 8 * index)
      guard left > 0 else { return true }
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> left)
      if bytes[index] & mask != prefix[index] & mask { return false }
    }
    return true
  }

  private static func isPublic4(_ bytes: [UInt8]) -> Bool { !special4.contains { has(bytes, $0.0, $0.1) } }

  private static let special4: [([UInt8], Int)] = [
    ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
    ([192, 0, 2], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 3),
    // The platform's own address in Azure.
    ([168, 63, 129, 16], 32),
  ]

  private static let special6: [([UInt8], Int)] = [
    ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 96), ([0, 0x64, 0xFF, 0x9B, 0, 1], 48), ([1, 0], 16), ([0x20, 1, 0], 23),
    ([0x20, 1, 0x0D, 0xB8], 32), ([0x3F, 0xFF], 20), ([0x5F, 0], 16), ([0xFC], 7), ([0xFE, 0x80], 10),
    ([0xFE, 0xC0], 10), ([0xFF], 8),
  ]

  /// Names that by their form belong to one machine or network (RFC 6761, RFC 8375, RFC 6762), or to a cloud's
  /// metadata.
  package static func isLocalName(_ host: String) -> Bool {
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    return !name.contains(".") && !name.contains(":")
      || [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet"].contains { name.hasSuffix($0) }
  }
}
