import Foundations

/// The proxies that the environment names: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as curl reads
/// them (of `http_proxy` only the form in lower case: a web server sets `HTTP_PROXY` from a request's header).
package enum ProxySettings {
  /// The proxy for a URL; `nil` when it is asked directly.
  package static func proxy(for url: HTTPURL, in environment: (String) -> String? = { Environment[$0] }) -> String? {
    let names = url.scheme == "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    let found = (names + ["all_proxy", "ALL_PROXY"]).lazy.compactMap(environment).first
    guard let found, !found.isEmpty else { return nil }
    let exceptions = environment("no_proxy") ?? environment("NO_PROXY") ?? ""
    return isExcepted(url.host, exceptions) ? nil : found
  }

  private static func isExcepted(_ host: String, _ list: String) -> Bool {
    if list == "*" { return true }
    let address = IPAddress(host)
    for part in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
      var name = part.lowercased()
      if let address, let slash = name.firstIndex(of: "/"), let bits = Int(name[name.index(after: slash)...]),
        let network = IPAddress(String(name[..<slash])), network.bytes.count == address.bytes.count
      {
        if address.isIn(network, bits: bits) { return true }
        continue
      }
      if name.hasPrefix("*.") { name.removeFirst() }
      if name.hasPrefix(".") { name.removeFirst() }
      if host == name || host.hasSuffix("." + name) { return true }
      if let address, let other = IPAddress(name), other == address { return true }
    }
    return false
  }
}

extension IPAddress {
  /// Whether the first `bits` bits are those of `network`.
  func isIn(_ network: IPAddress, bits: Int) -> Bool {
    guard bits <= bytes.count * 8, bits >= 0 else { return false }
    return zip(bytes, network.bytes).enumerated().allSatisfy { index, pair in
      let left = min(8, bits - 8 * index)
      guard left > 0 else { return true }
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> left)
      return pair.0 & mask == pair.1 & mask
    }
  }
}
