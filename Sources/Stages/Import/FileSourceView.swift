import Foundations
import StageKit
import Store

/// The files that a glob matches, at one moment.
struct FileSourceView: SourceView {
  let fingerprint: Digest?
  private let found: Glob.Found
  private var matches: [Glob.Match] { found.files }
  private let context: SourceContext

  init(pattern: String, context: SourceContext) throws {
    self.context = context
    let moment = Timestamp.now
    found = try Glob.find(pattern, in: context.directory)
    if found.files.isEmpty && found.failures.isEmpty && !Glob.isPattern(pattern)
      && !FileSystem.exists(Path.join(context.directory, pattern))
    {
      throw SluiceError(
        .badInput, "there is no file or folder \(pattern) in \(context.directory)",
        advice:
          "Paths are seen from the project; a glob that matches nothing is an empty dataset, a name must exist."
      )
    }
    var hasher = DigestHasher()
    var isSettled = true
    for match in found.files {
      hasher.field(match.path)
      hasher.update(UInt64(bitPattern: match.status.size))
      hasher.update(UInt64(bitPattern: match.status.modified))
      hasher.update(UInt64(bitPattern: match.status.changed))
      hasher.update(match.status.inode)
      if !FileDigestCache.isSettled(match.status, at: moment) { isSettled = false }
    }
    for path in found.failures.keys.sorted() { hasher.field(path) }
    fingerprint = isSettled ? hasher.finalize() : nil
  }

  func list() throws -> SourceListing {
    if !found.passedOver.isEmpty {
      let some = found.passedOver.prefix(5).joined(separator: ", ")
      context.run?.log(
        .info, "passed over, since programs keep it for themselves: \(some)\(found.passedOver.count > 5 ? ", …" : "")")
    }
    // What was forgotten is not even read, and no cache of digests comes to know its name.
    let matches = matches.filter { !context.tombstones.contains($0.path) }
    let left = found.files.count - matches.count
    if left > 0 { context.run?.log(.info, Tombstones.note(left)) }
    let digests = FoundDigests(count: matches.count)
    try Parallel.forEach(count: matches.count, threads: context.jobs) { [context] index in
      let match = matches[index]
      digests.set(
        index,
        Result {
          try context.files.digest(
            ofFile: Path.join(context.directory, match.path), status: match.status)
        })
    }
    var builder = DatasetBuilder(capacity: matches.count)
    var failures = found.failures
    for (index, match) in matches.enumerated() {
      switch digests[index] {
      case .success(let digest): builder.append(id: match.path, digest: digest)
      case .failure(let error):
        failures[match.path] = ItemFailure(
          kind: "unreadable", message: SluiceError(wrapping: error).message)
      }
    }
    let contents = builder.build()
    return SourceListing(contents: contents, failures: failures) { [context] index, store in
      let path = contents.id(index)
      let bytes: [UInt8]
      do throws(SluiceError) {
        bytes = try FileSystem.read(Path.join(context.directory, path))
      } catch {
        throw ItemFailure(kind: "unreadable", message: error.message, isTransient: true)
      }
      let digest = try store.put(bytes)
      guard digest == contents.digest(index) else {
        throw ItemFailure(
          kind: "changed_meanwhile",
          message: "\(path) was written while it was read; the next run takes it", isTransient: true
        )
      }
      var record = Document(members: ["source": ["kind": "file", "url": .string(path)]])
      record.body = digest
      record.bytes = bytes.count
      record.path = path
      record.url = path
      record.contentType = Self.contentTypes[Path.fileExtension(path)]
      return record.members
    }
  }

  private static let contentTypes = [
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml",
    "pdf": "application/pdf",
    "md": "text/markdown", "markdown": "text/markdown", "txt": "text/plain", "csv": "text/csv",
    "json": "application/json",
  ]
}
