/// Where in the packs an object lies, as the ledger says.
struct ObjectPlace: Sendable {
  /// No object in a pack is larger: with a margin for what compression adds.
  private static let maxSize = 4 * ObjectStore.looseSize
  /// No pack is: one is ended when it has 64 MB.
  private static let maxStart = 1 << 40

  let pack: Int
  let start: Int
  /// Of the bytes in the pack.
  let length: Int
  /// Of the object; when it is the length the bytes are not compressed.
  let size: Int

  /// Numbers out of a file are checked before memory is asked for by them, and before they are added.
  var isPlausible: Bool {
    let possible = 0...Self.maxSize
    return (0...Self.maxStart).contains(start) && possible.contains(length) && possible.contains(size)
  }
}
