import Foundations

/// Immutable bytes by their digest.
package protocol ContentStore: Sendable {
  /// Keeps `bytes` and returns their digest. They can be read at once; they are durable before any
  /// ledger entry that was recorded after this call.
  func put(_ bytes: [UInt8]) throws -> Digest

  /// The bytes of an object.
  /// - Throws: `SluiceError.corrupt` when it is missing or its bytes do not have this digest.
  func get(_ digest: Digest) throws -> [UInt8]
}
