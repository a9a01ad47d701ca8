import Foundations
import Glibc

/// A folder below `exports/`: what is published of one stage's result. Its files are read-only copies, written once.
package struct ExportFolder {
  /// What a look at the folder shows.
  package enum Verdict: Sendable {
    case intact
    /// The bytes are right, what the ledger says of their times is not: these are the files as they are now.
    case touched([ExportedFile])
    /// A file is gone, or has other bytes.
    case damaged(file: String, how: String)
  }

  /// The folder.
  package let path: String
  private let name: String

  package init(_ name: String, layout: ArtifactLayout) {
    self.name = name
    path = "\(layout.exports)/\(name)"
  }

  /// Holds the folder against what was put into it; reads only files whose status is not what it was.
  /// - Parameter mayBeEmpty: whether the result has nothing that could be published.
  package func check(_ files: [ExportedFile], mayBeEmpty: Bool = false) throws(SluiceError) -> Verdict {
    if let verdict = try whole(files, mayBeEmpty) { return verdict }
    var now: [ExportedFile] = []
    var isTouched = false
    for file in files {
      guard let status = try FileSystem.status("\(path)/\(file.name)") else {
        return .damaged(file: file.name, how: "is gone")
      }
      if file.isUntouched(status) {
        now.append(file)
        continue
      }
      guard let read = try read(file), read.digest == file.digest else {
        return .damaged(file: file.name, how: "was changed")
      }
      isTouched = true
      now.append(read)
    }
    return isTouched ? .touched(now) : .intact
  }

  /// Reads all files, whatever their status says.
  package func verify(_ files: [ExportedFile], mayBeEmpty: Bool = false) throws(SluiceError) -> Verdict {
    if let verdict = try whole(files, mayBeEmpty) { return verdict }
    for file in files {
      guard FileSystem.exists("\(path)/\(file.name)") else { return .damaged(file: file.name, how: "is gone") }
      guard try read(file)?.digest == file.digest else { return .damaged(file: file.name, how: "was changed") }
    }
    let names = Set(files.map(\.name))
    if let other = try FileSystem.list(path).first(where: { !names.contains($0) }) {
      return .damaged(file: other, how: "was put there by somebody else")
    }
    return .intact
  }

  /// Puts files that are objects back: each is there whole, with the right bytes, or as it was.
  func restore(_ files: [ExportedFile], from store: ObjectStore) throws -> [ExportedFile] {
    if FileSystem.linkTarget(path) != nil || FileSystem.exists(path), try FileSystem.status(path)?.isDirectory != true {
      try FileSystem.remove(path)
    }
    try FileSystem.makeDirectory(path)
    let names = Set(files.map(\.name))
    for other in try FileSystem.list(path) where !names.contains(other) { try FileSystem.remove("\(path)/\(other)") }
    for file in files where try read(file)?.digest != file.digest {
      let place = "\(path)/\(file.name)"
      let temporary = Path.temporaryName(besides: place)
      do {
        try store.copy(file.digest, to: temporary)
        let copy = try FileDescriptor(path: temporary, flags: O_RDONLY)
        guard fchmod(copy.raw, 0o444) == 0, fsync(copy.raw) == 0 else {
          throw FileSystem.systemError("make durable", temporary)
        }
        if try FileSystem.status(place)?.isDirectory == true { try FileSystem.remove(place) }
        guard rename(temporary, place) == 0 else { throw FileSystem.systemError("put in place", place) }
      } catch {
        try FileSystem.remove(temporary)
        throw error
      }
    }
    try FileSystem.syncDirectory(path)
    return try files.map { file in
      guard let now = try read(file), now.digest == file.digest else {
        throw SluiceError(.corrupt, "\(path)/\(file.name) was changed while it was put back")
      }
      return now
    }
  }

  /// Whether a text can be the name of such a folder.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")) && !name.hasPrefix(".")
  }

  /// What can be said of the folder without a look at its files.
  private func whole(_ files: [ExportedFile], _ mayBeEmpty: Bool) throws(SluiceError) -> Verdict? {
    // The name comes out of the ledger, and becomes a path.
    guard Self.isName(name) else {
      return .damaged(file: "", how: "has a name that cannot be")
    }
    guard try FileSystem.status(path)?.isDirectory == true else { return .damaged(file: "", how: "is gone") }
    // Of what the ledger does not know file by file (an older program published it) nothing can be said.
    guard files.isEmpty else { return nil }
    let isEmpty = try FileSystem.list(path).isEmpty
    return mayBeEmpty && isEmpty ? nil : .damaged(file: "", how: "cannot be checked")
  }

  /// The file as it is; `nil` when it is no file of that size. It is made read-only again.
  private func read(_ file: ExportedFile) throws(SluiceError) -> ExportedFile? {
    let place = "\(path)/\(file.name)"
    guard FileSystem.linkTarget(place) == nil, let found = try FileSystem.status(place), found.isRegular,
      found.size == file.size
    else { return nil }
    if found.mode & 0o222 != 0 { chmod(place, 0o444) }
    let (digest, status) = try FileSystem.digest(ofFile: place)
    return ExportedFile(
      name: file.name, digest: digest, status: status, isSettled: FileDigestCache.isSettled(status, at: .now))
  }
}
