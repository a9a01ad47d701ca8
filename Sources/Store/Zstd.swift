import CZstd
import Foundations
import Synchronization

/// Zstandard (RFC 8878) for stored objects.
package enum Zstd {
  /// A compression context, reused: making one costs more than compressing a small record.
  private struct Context: @unchecked Sendable { let pointer: OpaquePointer }
  private static let contexts = Mutex<[Context]>([])
  private static let decompressors = Mutex<[Context]>([])

  /// Compresses; `nil` when that would not make it smaller.
  package static func compress(_ bytes: [UInt8], level: Int32 = 1) -> [UInt8]? {
    guard bytes.count >= 64,
      let context = contexts.withLock({ $0.popLast() }) ?? ZSTD_createCCtx().map(Context.init)
    else { return nil }
    defer { contexts.withLock { $0.append(context) } }
    let compressed = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) {
      buffer, count in
      let size = ZSTD_compressCCtx(
        context.pointer, buffer.baseAddress, buffer.count, bytes, bytes.count, level)
      count = ZSTD_isError(size) != 0 ? 0 : size
    }
    return compressed.isEmpty || compressed.count >= bytes.count ? nil : compressed
  }

  /// More than this is made room for piece by piece: the size stands in the bytes, which may be damaged.
  private static let believedSize = 64 << 20

  /// Decompresses to exactly `size` bytes; `nil` when that is not what comes out.
  package static func decompress(_ bytes: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
    if size > believedSize { return decompress(bytes, largeSize: size) }
    guard let context = decompressors.withLock({ $0.popLast() }) ?? ZSTD_createDCtx().map(Context.init) else {
      return nil
    }
    defer { decompressors.withLock { $0.append(context) } }
    var isWhole = false
    let result = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
      let got = ZSTD_decompressDCtx(context.pointer, buffer.baseAddress, size, bytes.baseAddress, bytes.count)
      isWhole = ZSTD_isError(got) == 0 && got == size
      count = isWhole ? size : 0
    }
    return isWhole ? result : nil
  }
}

extension Zstd {
  private static func decompress(_ bytes: UnsafeRawBufferPointer, largeSize size: Int) -> [UInt8]? {
    guard let stream = ZSTD_createDStream() else { return nil }
    defer { ZSTD_freeDStream(stream) }
    var result: [UInt8] = []
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 16)
    defer { piece.deallocate() }
    while true {
      var output = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
      let left = ZSTD_decompressStream(stream, &output, &input)
      guard ZSTD_isError(left) == 0, result.count + output.pos <= size else { return nil }
      result.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<output.pos]))
      if left == 0 { return result.count == size && input.pos == input.size ? result : nil }
      // Nothing more comes out of what was cut.
      if output.pos == 0 && input.pos == input.size { return nil }
    }
  }

  /// The size that a frame says it will have; `nil` when it does not say.
  package static func contentSize(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let size = ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    // 2^64-1 and 2^64-2 mean unknown and error.
    return size >= UInt64.max - 1 || size > 1 << 40 ? nil : Int(size)
  }
}
