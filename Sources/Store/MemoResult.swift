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

  /// The objects that it refers to.
  var references: References {
    switch self {
    case .items(let memo):
      var found = References()
      for output in memo.outputs {
        switch output.body {
        case .record(let digest): found.records.append(digest)
        // What an output inherits is the input's, and kept with that.
        case .members(let members):
          found.objects += Wholeness.references(members)
          found.mentioned += LiveObjects.references(in: JSONValue.object(members).canonicalBytes)
        }
      }
      return found
    case .collection(let memo):
      let files = Array(memo.files.values)
      return References(objects: files, mentioned: files, dataset: memo.dataset)
    }
  }

  struct References {
    var records: [Digest] = []
    /// What has to be there.
    var objects: [Digest] = []
    /// Whatever looks like a reference: one too many keeps an object, one too few would lose one.
    var mentioned: [Digest] = []
    var dataset: Digest?

    /// What the entry gives back: who keeps these, keeps it.
    var results: [Digest] { dataset.map { objects + [$0] } ?? records }
  }
}
