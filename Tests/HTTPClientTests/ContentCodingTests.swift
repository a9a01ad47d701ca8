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

  /// "hello" as gzip has it, stored without compression.
  private static let gzip: [UInt8] =
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0, 0xFA, 0xFF] + Array("hello".utf8)
    + [0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0]

  private func answer(_ coding: String, _ bytes: [UInt8], isChunked: Bool = false) throws -> Result<
    HTTPResponse, HTTPFailure
  > {
    let server = try BrokenServer { exchange in
      let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(bytes.count)"
      exchange.send("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\n\(framing)\r\nConnection: close\r\n\r\n")
      if isChunked {
        for byte in bytes { exchange.send([0x31, 13, 10, byte, 13, 10]) }
        exchange.send("0\r\n\r\n")
      } else {
        exchange.send(bytes)
      }
    }
    let transfers = try HTTPTransfers.shared()
    return Result { () throws(HTTPFailure) in try transfers.send(HTTPRequest("GET", server.url)) }
  }

  private func text(_ coding: String, _ bytes: [UInt8], isChunked: Bool = false) throws -> String {
    String(decoding: try answer(coding, bytes, isChunked: isChunked).get().body, as: UTF8.self)
  }

  /// Whatever frames a body, its packed stream has to come to its end.
  @Test(arguments: [false, true]) func gzipIsWholeOrAnError(_ isChunked: Bool) throws {
    #expect(try text("gzip", Self.gzip, isChunked: isChunked) == "hello")
    #expect(try text("x-gzip", Self.gzip + Self.gzip, isChunked: isChunked) == "hellohello")
    #expect(try text("GZIP", Self.gzip + [0, 0, 0], isChunked: isChunked) == "hello")
    #expect(try text("gzip", Self.gzip + [0x1F, 0x8B], isChunked: isChunked) == "hello")
    for cut in [1, 4, 8, 12, 22] {
      guard case .failure(let failure) = try answer("gzip", Array(Self.gzip.dropLast(cut)), isChunked: isChunked) else {
        Issue.record("a body without its last \(cut) bytes passed for a whole one")
        continue
      }
      #expect(failure.kind == .truncated && failure.isTransient)
    }
    guard case .failure(let half) = try answer("gzip", Self.gzip + Self.gzip.dropLast(6), isChunked: isChunked) else {
      Issue.record("one member and a half passed for a body")
      return
    }
    #expect(half.kind == .truncated)
  }

  @Test(arguments: ["UTF-8", "binary", "aws-chunked", "identity", "none", "8bit", ""])
  func whatPacksNothingIsReadAsItIs(
    _ coding: String
  ) throws {
    #expect(try text(coding, Array("hello".utf8)) == "hello")
  }

  @Test func severalCodingsAndOthers() throws {
    #expect(try text("aws-chunked, gzip", Self.gzip) == "hello")
    let twice = try #require(Self.packed["zstd"])
    #expect(try text("zstd", twice + twice) == "hellohello")
    // Stored, first with the frame of zlib and then without (RFC 1950, RFC 1951).
    let raw: [UInt8] = [1, 5, 0, 0xFA, 0xFF] + Array("hello".utf8)
    #expect(try text("deflate", [0x78, 0x01] + raw + [0x06, 0x2C, 0x02, 0x15]) == "hello")
    #expect(try text("deflate", raw) == "hello")
    guard case .failure(let other) = try answer("compress", [1, 2, 3]) else {
      Issue.record("a coding that nobody undoes passed")
      return
    }
    #expect(other.kind == .badEncoding && other.message.contains("compress"))
    guard case .failure(let plain) = try answer("gzip", Array("<html>".utf8)) else {
      Issue.record("a body that is not packed passed for one that is")
      return
    }
    #expect(plain.kind == .badEncoding)
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
