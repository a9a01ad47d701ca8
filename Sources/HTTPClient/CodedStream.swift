import CCurl
import CZstd

/// Follows a Brotli or Zstandard body as it comes over the wire, to tell whether it came to its end: libcurl unpacks
/// what there is and does not notice that more should have come.
final class CodedStream {
  private var brotli: UnsafeMutableRawPointer?
  private var zstd: OpaquePointer?
  /// Whether a frame of Zstandard has begun and not ended.
  private var isInFrame = false
  private var hasBegun = false
  private let scratch: UnsafeMutableRawBufferPointer

  /// `nil` for other codings, and where there is no decoder.
  init?(_ coding: String) {
    switch coding {
    case "br": brotli = ccurl_brotli_begin()
    case "zstd": zstd = ZSTD_createDStream()
    default: return nil
    }
    scratch = .allocate(byteCount: 16 << 10, alignment: 8)
    if brotli == nil && zstd == nil { return nil }
  }

  deinit {
    if let brotli { ccurl_brotli_end(brotli) }
    if let zstd { ZSTD_freeDStream(zstd) }
    scratch.deallocate()
  }

  /// Takes the next bytes.
  func feed(_ bytes: UnsafeRawBufferPointer) {
    hasBegun = true
    if let brotli {
      return ccurl_brotli_feed(brotli, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while true {
      var output = ZSTD_outBuffer(dst: scratch.baseAddress, size: scratch.count, pos: 0)
      let left = ZSTD_decompressStream(zstd, &output, &input)
      // What is damaged is libcurl's to say.
      if ZSTD_isError(left) != 0 { return }
      isInFrame = left != 0
      if input.pos == input.size && output.pos < output.size { return }
    }
  }

  /// Whether nothing is missing; an answer without a body (HEAD, 304) has nothing to miss (RFC 7932, 9.2: the last meta-block says that it is the last; RFC 8878, 3.1.1).
  var isWhole: Bool { !hasBegun || (brotli.map { ccurl_brotli_is_whole($0) != 0 } ?? !isInFrame) }
}
