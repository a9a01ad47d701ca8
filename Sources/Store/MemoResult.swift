import Foundations

/// What a memo entry remembers, by kind of stage: the one reader of its bytes.
package enum MemoResult: Sendable {
  case items(MemoOutputs)
  case collection(CollectionMemo)

  static let damaged = SluiceError(
    .corrupt, "a memo entry cannot be read", advice: "Run `sluice fsck --repair`.")

  /// - Throws: `.corrupt` when the bytes are neither.
  package init(reading bytes: [UInt8]) throws(SluiceError) {
    if bytes.first == UInt8(ascii: "[") {
      self = .items(try MemoOutputs(reading: bytes))
    } else {
      self = .collection(try CollectionMemo(reading: bytes))
    }
  }

  /// What the entry gives back: who keeps these, keeps it.
  var results: [Digest] {
    switch self {
    case .items(let memo):
      memo.outputs.compactMap { output in
        if case .record(let digest) = output.body { digest } else { nil }
      }
    case .collection(let memo): memo.files.values + [memo.dataset]
    }
  }
}
