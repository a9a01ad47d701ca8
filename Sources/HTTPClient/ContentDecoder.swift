import CCurl
import CZlib
import CZstd

/// Undoes one content coding while the body comes, and knows whether the packed stream came to its end, which neither
/// `Content-Length` nor the last chunk can tell.
///
/// Members of gzip and frames of Zstandard that follow one another are one body (RFC 1952, 2.2; RFC 8878, 3.1). Bytes
/// behind the end that begin no further member are left out, as browsers do.
final class ContentDecoder {
  private enum Engine {
    case zlib(UnsafeMutableRawPointer)
    case brotli(UnsafeMutableRawPointer)
    case zstd(OpaquePointer)
  }

  private enum State {
    /// Nothing came, or what came does not say yet what begins here.
    case waiting
    case inside
    /// Behind the last end: nothing more is read.
    case done
  }

  private let coding: ContentCoding
  private var engine: Engine?
  private var state = State.waiting
  private var hasEnded = false
  /// The first bytes of a member, until they are enough to know it by.
  private var lead: [UInt8] = []
  private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

  /// `nil` for what cannot be undone here.
  init?(_ coding: ContentCoding) {
    self.coding = coding
    switch coding {
    case .gzip: engine = czlib_begin(Int32(CZLIB_GZIP)).map(Engine.zlib)
    // Whether it has the frame of zlib (RFC 1950), as it should, shows in its first bytes.
    case .deflate: return
    case .brotli:
      guard ccurl_load() == nil else { return nil }
      engine = ccurl_brotli_begin().map(Engine.brotli)
    case .zstd: engine = ZSTD_createDStream().map(Engine.zstd)
    case .unknown: return nil
    }
    if engine == nil { return nil }
  }

  deinit {
    scratch.deallocate()
    switch engine {
    case .zlib(let state): czlib_finish(state)
    case .brotli(let state): ccurl_brotli_end(state)
    case .zstd(let state): ZSTD_freeDStream(state)
    case nil: break
    }
  }

  /// Whether nothing is missing. An answer without a body (HEAD, 304) has nothing to miss.
  var isWhole: Bool {
    switch state {
    case .waiting: hasEnded || lead.isEmpty
    case .inside: false
    case .done: true
    }
  }

  enum Problem: Error {
    case damaged
    /// `take` wants no more.
    case stopped
  }

  /// Takes the next bytes and hands out what they become.
  func feed(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Bool) throws(Problem) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .done: return
      case .inside: rest = try unpack(rest, take)
      case .waiting:
        while let next = rest.first, state == .waiting {
          lead.append(next)
          rest.removeFirst()
          begin()
        }
        guard state == .inside else { continue }
        let first = UnsafeMutableRawBufferPointer.allocate(byteCount: lead.count, alignment: 1)
        defer { first.deallocate() }
        first.copyBytes(from: lead)
        lead = []
        // The few bytes by which it was known hold no end, unless what they begin is broken.
        _ = try unpack(UnsafeRawBufferPointer(first)[...], take)
      }
    }
  }

  /// Decides by the first bytes what begins here.
  private func begin() {
    func expect(_ magic: [UInt8]) {
      if !magic.starts(with: lead) {
        // Of the first member that is damage, which the decoder sees; later, it is no member.
        state = hasEnded ? .done : .inside
      } else if lead.count == magic.count {
        state = .inside
      }
    }
    switch coding {
    case .gzip: expect([0x1F, 0x8B, 8])
    case .zstd:
      let isSkippable = lead[0] & 0xF0 == 0x50 && (lead.count < 2 || lead[1] == 0x2A)
      expect(isSkippable ? [lead[0], 0x2A, 0x4D, 0x18] : [0x28, 0xB5, 0x2F, 0xFD])
    case .brotli, .unknown: state = hasEnded ? .done : .inside
    case .deflate:
      guard !hasEnded else {
        state = .done
        return
      }
      guard lead.count == 2 else { return }
      let hasFrame = lead[0] & 15 == 8 && (Int(lead[0]) << 8 | Int(lead[1])) % 31 == 0
      engine = czlib_begin(Int32(hasFrame ? CZLIB_ZLIB : CZLIB_RAW)).map(Engine.zlib)
      state = .inside
    }
  }

  /// - Returns: what is left behind the end of a member.
  private func unpack(_ bytes: Slice<UnsafeRawBufferPointer>, _ take: (UnsafeRawBufferPointer) -> Bool)
    throws(Problem) -> Slice<UnsafeRawBufferPointer>
  {
    let given = UnsafeRawBufferPointer(rebasing: bytes)
    var next = given.baseAddress?.assumingMemoryBound(to: UInt8.self)
    var count = given.count
    while true {
      var room = scratch.count
      let out = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
      let step: Step
      switch engine {
      case .zlib(let state): step = Step(czlib_unpack(state, &next, &count, out, &room))
      case .brotli(let state): step = Step(ccurl_brotli_unpack(state, &next, &count, out, &room))
      case .zstd(let state): step = Self.zstd(state, &next, &count, out, &room)
      case nil: throw .damaged
      }
      let made = scratch.count - room
      if made > 0, !take(UnsafeRawBufferPointer(start: scratch.baseAddress, count: made)) { throw .stopped }
      switch step {
      case .broken: throw .damaged
      case .full: continue
      case .hungry:
        if count == 0 { return bytes.suffix(0) }
      case .ended:
        hasEnded = true
        state = .waiting
        if case .zlib(let stream) = engine { czlib_again(stream) }
        return bytes.suffix(count)
      }
    }
  }

  private enum Step {
    case hungry, full, ended, broken

    init(_ code: Int32) {
      switch Int(code) {
      case Int(CZLIB_HUNGRY): self = .hungry
      case Int(CZLIB_FULL): self = .full
      case Int(CZLIB_ENDED): self = .ended
      default: self = .broken
      }
    }
  }

  private static func zstd(
    _ stream: OpaquePointer, _ next: inout UnsafePointer<UInt8>?, _ count: inout Int,
    _ out: UnsafeMutablePointer<UInt8>?,
    _ room: inout Int
  ) -> Step {
    var input = ZSTD_inBuffer(src: next, size: count, pos: 0)
    var output = ZSTD_outBuffer(dst: out, size: room, pos: 0)
    let left = ZSTD_decompressStream(stream, &output, &input)
    if ZSTD_isError(left) != 0 { return .broken }
    next = next?.advanced(by: input.pos)
    count -= input.pos
    room -= output.pos
    if left == 0 { return .ended }
    return output.pos == output.size ? .full : .hungry
  }
}
