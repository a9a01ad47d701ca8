import Foundations

/// A folder below `exports/`: what is published of one stage's result. Its files are read-only copies, written once.
package struct ExportFolder {
  package enum Verdict: Sendable {
    case intact
    /// The bytes are right, what the ledger says of their times is not: these are the files as they are now.
    case touched([ExportedFile])
    /// A file is gone, or has other bytes.
    case damaged(file: String, how: String)
  }

  package let path: String

  package init(_ name: String, layout: ArtifactLayout) { path = "\(layout.exports)/\(name)" }

  /// Holds the folder against what was put into it; reads only files whose status is not what it was.
  package func check(_ files: [ExportedFile]) throws(SluiceError) -> Verdict {
    guard try FileSystem.status(path)?.isDirectory == true else { return .damaged(file: "", how: "is gone") }
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
      guard status.isRegular, status.size == file.size, let read = try read(file.name), read.digest == file.digest
      else {
        return .damaged(file: file.name, how: "was changed")
      }
      isTouched = true
      now.append(read)
    }
    return isTouched ? .touched(now) : .intact
  }

  /// Reads all files, whatever their status says.
  package func verify(_ files: [ExportedFile]) throws(SluiceError) -> Verdict {
    guard try FileSystem.status(path)?.isDirectory == true else { return .damaged(file: "", how: "is gone") }
    for file in files {
      guard FileSystem.exists("\(path)/\(file.name)") else { return .damaged(file: file.name, how: "is gone") }
      guard try read(file.name)?.digest == file.digest else { return .damaged(file: file.name, how: "was changed") }
    }
    return .intact
  }

  private func read(_ name: String) throws(SluiceError) -> ExportedFile? {
    let file = "\(path)/\(name)"
    let (digest, status) = try FileSystem.digest(ofFile: file)
    return ExportedFile(
      name: name, digest: digest, status: status, isSettled: FileDigestCache.isSettled(status, at: .now))
  }
}
