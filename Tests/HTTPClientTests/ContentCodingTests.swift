import Foundations
import TestSupport
import Testing

@testable import HTTPClient

/// What servers pack for the way is unpacked, and what breaks in it is an error.
@Suite struct ContentCodingTests {
  /// "hello" as brotli and as zstd have it, stored without compression.
  private static let packed: [String: [UInt8]] = [
    "br": [0x0B, 0x02, 0x80] + Array("hello".utf8) + [0x03],
    "zstd": [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x05, 0x29, 0, 0] + Array("hello".utf8),
  ]

  private func send(_ coding: String, _ bytes: [UInt8], announced: Int) throws -> Result<HTTPResponse, HTTPFailure> {
    let server = try BrokenServer { exchange in
      guard exchange.header("accept-encoding")?.contains(coding) == true else {
        return exchange.answer("406 Not Acceptable")
      }
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: \(announced)\r\nConnection: close\r\n\r\n")
      exchange.send(bytes)
    }
    let transfers = try HTTPTransfers.shared()
    return Result { () throws(HTTPFailure) in try transfers.send(HTTPRequest("GET", server.url)) }
  }

  @Test(arguments: ["br", "zstd"]) func isUnpacked(_ coding: String) throws {
    let bytes = try #require(Self.packed[coding])
    let response = try send(coding, bytes, announced: bytes.count).get()
    #expect(response.body == Array("hello".utf8) && response.wireBytes == bytes.count)
  }

  @Test(arguments: ["br", "zstd"]) func whatIsCutOrDamagedIsAnError(_ coding: String) throws {
    let bytes = try #require(Self.packed[coding])
    guard case .failure(let cut) = try send(coding, Array(bytes.dropLast(3)), announced: bytes.count) else {
      Issue.record("half a body passed for a whole one")
      return
    }
    #expect(cut.kind == .truncated && cut.isTransient)
    // 0x11 begins a kind of brotli stream that nobody may send.
    guard case .failure(let damaged) = try send(coding, [0x11, 2, 3, 4, 5, 6, 7, 8], announced: 8) else {
      Issue.record("damage passed for a body")
      return
    }
    #expect(damaged.kind == .badEncoding, "\(damaged)")
  }

  /// The stream breaks off, and the announced length is that of what came.
  @Test(arguments: ["br", "zstd"]) func aStreamThatBreaksOffIsTruncated(_ coding: String) throws {
    let bytes = try #require(Self.packed[coding]).dropLast()
    guard case .failure(let cut) = try send(coding, Array(bytes), announced: bytes.count) else {
      Issue.record("half a stream passed for a whole one")
      return
    }
    #expect(cut.kind == .truncated && cut.isTransient, "\(cut)")
    // Nothing at all is an empty page.
    #expect(try send(coding, [], announced: 0).get().body.isEmpty)
  }
}
