import CCrypto

/// A SHA-256 digest (FIPS 180-4), the name of every piece of content in Sluice.
package struct Digest: Hashable, Sendable, Comparable {
  /// The 32 bytes, eight at a time, big-endian.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  /// The number of bytes in a digest.
  package static let byteCount = 32

  package init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// The digest of `bytes`.
  package init(of bytes: some Sequence<UInt8>) {
    var hasher = DigestHasher()
    if bytes.withContiguousStorageIfAvailable({ hasher.update(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { hasher.update($0) }
    }
    self = hasher.finalize()
  }

  /// The digest of the UTF-8 of `text`.
  package init(of text: String) {
    var hasher = DigestHasher()
    hasher.update(text)
    self = hasher.finalize()
  }

  /// Reads the 32 bytes of a place that has just so many; another number ends the program.
  package init(whole bytes: UnsafeRawBufferPointer) {
    guard let digest = Digest(bytes: bytes) else {
      preconditionFailure("a digest has \(Self.byteCount) bytes, here are \(bytes.count)")
    }
    self = digest
  }

  /// Reads 32 raw bytes; `nil` when there are not exactly 32.
  package init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    words = (
      bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian,
      bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian,
      bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).bigEndian,
      bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self).bigEndian
    )
  }

  /// Reads digests that stand one after another; `nil` when the last one is cut.
  package static func list(_ bytes: UnsafeRawBufferPointer) -> [Digest]? {
    guard bytes.count % byteCount == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: byteCount).map {
      Digest(whole: UnsafeRawBufferPointer(rebasing: bytes[$0..<($0 + byteCount)]))
    }
  }

  /// Reads 64 hexadecimal digits; `nil` for anything else.
  package init?(hex: some StringProtocol) {
    var parsed: [UInt64] = [0, 0, 0, 0]
    var count = 0
    for byte in hex.utf8 {
      guard count < 64, let digit = Self.hexValue(byte) else { return nil }
      parsed[count / 16] = parsed[count / 16] << 4 | UInt64(digit)
      count += 1
    }
    guard count == 64 else { return nil }
    words = (parsed[0], parsed[1], parsed[2], parsed[3])
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String {
    String(unsafeUninitializedCapacity: 64) { buffer in
      let digits: StaticString = "0123456789abcdef"
      var index = 0
      for word in [words.0, words.1, words.2, words.3] {
        var shift: UInt64 = 64
        while shift > 0 {
          shift -= 4
          buffer[index] = digits.utf8Start[Int((word >> shift) & 15)]
          index += 1
        }
      }
      return 64
    }
  }

  /// The first twelve digits, for people.
  package var short: String { String(hex.prefix(12)) }

  /// The 32 bytes, in order.
  package var bytes: [UInt8] {
    withBytes { Array($0) }
  }

  /// Calls `body` with the 32 bytes.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    var big = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    return try withUnsafeBytes(of: &big) { try body($0) }
  }

  package static func == (a: Digest, b: Digest) -> Bool {
    a.words.0 == b.words.0 && a.words.1 == b.words.1 && a.words.2 == b.words.2
      && a.words.3 == b.words.3
  }

  /// The order of the bytes.
  package static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: CustomStringConvertible {
  /// As records refer to an object.
  package var description: String { "sha256:" + hex }

  /// Reads the form `sha256:<64 hex digits>` in which records refer to objects.
  package init?(reference: some StringProtocol) {
    guard reference.utf8.count == 71, reference.hasPrefix("sha256:") else { return nil }
    self.init(hex: reference.dropFirst(7))
  }
}

/// Computes a `Digest` from pieces.
///
/// `field` separates what is hashed by its length, so that ("ab", "c") and ("a", "bc") differ.
package struct DigestHasher: ~Copyable {
  private var state = SHA256_CTX()

  package init() { SHA256_Init(&state) }

  /// Adds bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256_Update(&state, bytes.baseAddress, bytes.count)
  }

  /// Adds the UTF-8 of a text, without a length: see `field`.
  package mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// Adds the 32 bytes of a digest.
  package mutating func update(_ digest: Digest) {
    digest.withBytes { update($0) }
  }

  /// Adds eight bytes, little-endian.
  package mutating func update(_ number: UInt64) {
    var little = number.littleEndian
    withUnsafeBytes(of: &little) { update($0) }
  }

  /// Hashes `text` preceded by its length.
  package mutating func field(_ text: String) {
    update(UInt64(text.utf8.count))
    update(text)
  }

  /// Hashes `bytes` preceded by their number.
  package mutating func field(_ bytes: UnsafeRawBufferPointer) {
    update(UInt64(bytes.count))
    update(bytes)
  }

  /// The digest of all that was added; nothing may be added after it.
  package mutating func finalize() -> Digest {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      SHA256_Final(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &state)
      return Digest(whole: UnsafeRawBufferPointer(buffer))
    }
  }
}
