import Foundations

/// That something stored refers to an object: the one idea of it, for who keeps what is in use (`Sweeper`) and for who
/// checks that nothing is missing (`Checker`).
struct Reference: Hashable {
  /// How the object is read on: what it refers to belongs to it.
  enum Kind {
    /// Bytes that refer to nothing.
    case object
    case record
    /// A dataset with all its records.
    case dataset
    /// What a source knows of the world.
    case state
  }

  let digest: Digest
  let kind: Kind
  /// Whether what refers to it is damaged without it. What only may be one, or can be made again, is kept but not missed.
  let isNeeded: Bool

  init(_ kind: Kind, _ digest: Digest, isNeeded: Bool = true) {
    self.digest = digest
    self.kind = kind
    self.isNeeded = isNeeded
  }
}

extension Reference {
  private static let marker = Array("sha256:".utf8)
  /// The members of a record that refer to objects. Anything else of that form may be a text that a document
  /// quotes, or the digest of something that is no object: it is kept, for one too many keeps an object and one too
  /// few would lose one.
  private static let referring = ["body", "space", "vector"]

  /// Everything of the form `sha256:<hex>`: what a record or a state keeps, needed or not.
  static func mentions(in bytes: [UInt8]) -> [Digest] {
    var found: [Digest] = []
    var start = 0
    while let range = ByteSearch.range(of: marker, in: bytes, from: start) {
      start = range.upperBound
      guard bytes.count >= start + 64 else { break }
      if let digest = Digest(hex: String(decoding: bytes[start..<(start + 64)], as: UTF8.self)) { found.append(digest) }
    }
    return found
  }

  /// Those of a record, or of members that are put over those of another.
  static func all(ofRecord bytes: [UInt8]) -> [Reference] {
    let mentioned = mentions(in: bytes)
    // Most records mention nothing: they need not be read for it.
    guard !mentioned.isEmpty else { return [] }
    let members = (try? JSONValue(parsing: bytes))?.object
    let needed = Set(
      referring.compactMap { name in members?[name]?.string.flatMap { Digest(reference: $0) } })
    return mentioned.map { Reference(.object, $0, isNeeded: needed.contains($0)) }
  }

  /// Those of what a source knows: it is written by Sluice alone, and all of them are meant.
  static func all(ofState bytes: [UInt8]) -> [Reference] { mentions(in: bytes).map { Reference(.object, $0) } }

  /// Those of a memo entry.
  static func all(of memo: MemoResult) -> [Reference] {
    switch memo {
    case .items(let memo):
      memo.outputs.flatMap { output in
        switch output.body {
        case .record(let digest): [Reference(.record, digest)]
        // What an output inherits is the input's, and kept with that.
        case .members(let members): all(ofRecord: JSONValue.object(members).canonicalBytes)
        }
      }
    case .collection(let memo):
      memo.files.values.map { Reference(.object, $0) } + [Reference(.dataset, memo.dataset)]
    }
  }

  /// Those of a stage's result.
  /// - Parameter object: gives the bytes of an object.
  static func all(of record: StageRecord, object: (Digest) throws -> [UInt8]) throws -> [Reference] {
    let dataset = Reference(.dataset, record.dataset)
    switch record.result {
    case .source(let result):
      // What a listing has are digests of content, which is no object.
      return [dataset, Reference(.object, result.origin.input), Reference(.object, result.origin.derivation)]
    case .items(let result):
      // The records that it read are those of other stages: it is whole without them.
      return [
        dataset, Reference(.object, result.origin.input), Reference(.object, result.origin.derivation),
        Reference(.dataset, result.origin.input, isNeeded: false),
      ]
    case .collection(let result):
      let read = try object(result.datasets).withUnsafeBytes { Digest.list($0) }
      guard let read else {
        throw SluiceError(
          .corrupt, "the list of what '\(record.stage)' read is cut", advice: "Run `sluice fsck --repair`.")
      }
      return [dataset, Reference(.object, result.datasets)] + result.files.values.map { Reference(.object, $0) }
        + read.map { Reference(.dataset, $0, isNeeded: false) }
    }
  }

  /// Those of what a stage reads of its own history.
  static func all(ofHistory dataset: Digest, _ files: [String: Digest]) -> [Reference] {
    [Reference(.dataset, dataset)] + files.values.map { Reference(.object, $0) }
  }
}
