import Foundations

/// An object that has a file of its own.
package struct LooseObject: Sendable {
  let digest: Digest
  let path: String
  let isCompressed: Bool
}

extension ObjectStore {
  /// All of them; other files that lie there are none.
  func looseObjects() throws(SluiceError) -> [LooseObject] {
    var objects: [LooseObject] = []
    for folder in FileSystem.exists(layout.objects) ? try FileSystem.list(layout.objects) : []
    where folder.utf8.count == 2 {
      let path = "\(layout.objects)/\(folder)"
      guard try FileSystem.status(path)?.isDirectory == true else { continue }
      for name in try FileSystem.list(path) {
        let isCompressed = name.hasSuffix(".zst")
        guard let digest = Digest(hex: folder + (isCompressed ? String(name.dropLast(4)) : name)) else { continue }
        objects.append(LooseObject(digest: digest, path: "\(path)/\(name)", isCompressed: isCompressed))
      }
    }
    return objects
  }

  /// The digest of what a file holds; `nil` when it cannot be decompressed.
  func digest(ofLoose object: LooseObject) throws(SluiceError) -> Digest? {
    guard object.isCompressed else { return try FileSystem.digest(ofFile: object.path).digest }
    let stored = try FileSystem.read(object.path)
    let bytes = stored.withUnsafeBytes { raw in
      Zstd.contentSize(raw).flatMap { Zstd.decompress(raw, size: $0) }
    }
    return bytes.map { Digest(of: $0) }
  }
}
