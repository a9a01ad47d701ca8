import Foundations
import Glibc
import Synchronization

/// A TCP server on loopback that answers as badly as a test wants: it resets, stalls, truncates.
package final class BrokenServer: Sendable {
  /// One request and the bare connection to answer it on.
  package struct Exchange: Sendable {
    package let method: String
    package let path: String
    /// Request line and header lines.
    package let head: String
    package var body: [UInt8] = []
    let descriptor: Int32

    /// The value of a header of the request.
    package func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n")
      where line.lowercased().hasPrefix(name.lowercased() + ":") {
        return String(line.dropFirst(name.count + 1).drop { $0 == " " })
      }
      return nil
    }

    /// Writes bytes as they are; what the client no longer takes is dropped.
    package func send(_ bytes: [UInt8]) {
      var offset = 0
      while offset < bytes.count {
        let sent = bytes.withUnsafeBytes {
          Glibc.send(
            descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
        }
        if sent <= 0 { return }
        offset += sent
      }
    }

    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Less of a body than was announced.
    package func sendPart() { send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc") }

    /// A whole answer.
    package func answer(_ status: String = "200 OK", _ headers: [String] = [], _ body: String = "") {
      let lines =
        ["HTTP/1.1 \(status)"] + headers + [
          "Content-Length: \(body.utf8.count)", "Connection: close",
        ]
      send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Makes the close that follows a reset instead of an orderly end.
    package func reset() {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Holds the connection open until the client gives up, at most 30 seconds.
    package func stall() {
      var wait = timeval(tv_sec: 30, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
    }
  }

  package let port: Int
  private let listener: Int32
  private let paths = Mutex<[String]>([])

  /// Starts listening on a free port, or on the one that is wanted; `answer` is called on a thread of its own for each connection,
  /// which closes when it returns.
  package init(port wanted: Int = 0, _ answer: @escaping @Sendable (Exchange) -> Void) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(wanted).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    var bound = sockaddr_in()
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
    }
    guard status == 0, listen(listener, 128) == 0 else {
      throw FileSystem.systemError("listen", "on loopback")
    }
    var size = length
    _ = withUnsafeMutablePointer(to: &bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    port = Int(UInt16(bigEndian: bound.sin_port))
    _ = BlockingThread("broken-server") { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        _ = BlockingThread("broken-connection", stackSize: 1 << 20) { [weak self] in
          defer { close(connection) }
          guard let exchange = Self.read(connection) else { return }
          self?.paths.withLock { $0.append(exchange.path) }
          answer(exchange)
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// The paths that were asked for, in order.
  package var requested: [String] { paths.withLock { $0 } }

  /// Reads a request with its body.
  private static func read(_ connection: Int32) -> Exchange? {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while true {
      var chunk = [UInt8](repeating: 0, count: 4096)
      let got = recv(connection, &chunk, chunk.count, 0)
      if got <= 0 { return nil }
      bytes.append(contentsOf: chunk[..<got])
      if let range = ByteSearch.range(of: end, in: bytes) {
        let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count >= 2 else { return nil }
        var exchange = Exchange(
          method: String(words[0]), path: String(words[1]), head: head, descriptor: connection)
        let length = exchange.header("content-length").flatMap { Int($0) } ?? 0
        guard bytes.count - range.upperBound >= length else { continue }
        exchange.body = Array(bytes[range.upperBound...].prefix(length))
        return exchange
      }
    }
  }
}
