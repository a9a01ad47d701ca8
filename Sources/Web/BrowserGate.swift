import Foundations
import Glibc
import HTTPClient
import Synchronization

/// The only way to the network for the browser: a proxy on loopback that resolves names itself, holds the address
/// against the rules of `allow_private`, and connects to that very address.
final class BrowserGate: Sendable {
  let port: Int
  private let listener: Int32
  private let allowsPrivate: Bool
  private let refusals = Mutex<[String]>([])

  /// - Throws: `SluiceError` when no port can be opened.
  init(allowsPrivate: Bool) throws(SluiceError) {
    self.allowsPrivate = allowsPrivate
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard listener >= 0, isOpen else { throw FileSystem.systemError("open", "a port for the browser") }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    _ = BlockingThread("browser-gate", stackSize: 1 << 20) { [weak self, listener] in
      while true {
        let client = accept(listener, nil, nil)
        if client < 0 && errno == EINTR { continue }
        if client < 0 { return }
        guard let gate = self else {
          close(client)
          return
        }
        _ = BlockingThread("browser-link", stackSize: 1 << 20) { gate.serve(client) }
      }
    }
  }

  /// Hosts that were not let through.
  var refused: [String] { refusals.withLock { $0 } }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ client: Int32) {
    defer { close(client) }
    guard let (head, rest) = readHead(client) else { return }
    let words = head.prefix { $0 != "\r\n" && $0 != "\r" }.split(separator: " ")
    guard words.count >= 3 else { return }
    let isTunnel = words[0] == "CONNECT"
    guard let url = HTTPURL(isTunnel ? "https://\(words[1])/" : String(words[1])) else { return }
    guard let server = connect(url) else {
      refusals.withLock { $0.append(url.host) }
      return send(client, Array("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
    }
    defer { close(server) }
    if isTunnel {
      send(client, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
      send(server, rest)
    } else {
      // In the form for the server itself; one request a connection keeps every other one from passing unseen.
      let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst().filter {
        !$0.lowercased().hasPrefix("proxy-") && !$0.lowercased().hasPrefix("connection:") && !$0.isEmpty
      }
      let first = "\(words[0]) \(url.target) HTTP/1.1"
      send(
        server,
        Array(([first] + lines.map(String.init) + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8) + rest)
    }
    relay(client, server)
  }

  private func readHead(_ client: Int32) -> (String, [UInt8])? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 8192)
    while bytes.count < 256 << 10 {
      let got = recv(client, &chunk, chunk.count, 0)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return nil }
      bytes.append(contentsOf: chunk[..<got])
      if let end = ByteSearch.range(of: Array("\r\n\r\n".utf8), in: bytes) {
        return (String(decoding: bytes[..<end.lowerBound], as: UTF8.self), Array(bytes[end.upperBound...]))
      }
    }
    return nil
  }

  /// A connection to the first address of the host that may be asked.
  private func connect(_ url: HTTPURL) -> Int32? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(url.host, "\(url.port)", &hints, &list) == 0 else { return nil }
    defer { freeaddrinfo(list) }
    var next = list
    while let info = next?.pointee {
      next = info.ai_next
      guard let address = info.ai_addr, let found = IPAddress(UnsafeRawPointer(address), family: info.ai_family),
        allowsPrivate || found.isPublic
      else { continue }
      let server = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
      guard server >= 0 else { continue }
      var wait = timeval(tv_sec: 15, tv_usec: 0)
      setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
      if Glibc.connect(server, address, info.ai_addrlen) == 0 { return server }
      close(server)
    }
    return nil
  }

  private func send(_ descriptor: Int32, _ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
      }
      if sent < 0 && errno == EINTR { continue }
      if sent <= 0 { return }
      offset += sent
    }
  }

  private func relay(_ one: Int32, _ other: Int32) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var both = [
      pollfd(fd: one, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let ready = poll(&both, 2, 60_000)
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else { return }
      for index in 0..<2 where both[index].revents != 0 {
        let got = recv(both[index].fd, &chunk, chunk.count, 0)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { return }
        send(both[1 - index].fd, Array(chunk[..<got]))
      }
    }
  }
}
