import CSystem
import Glibc
import Synchronization

/// The few calls on files that Sluice needs, with errors that say what to do.
package enum FileSystem {
  /// What `stat(2)` says of a file, as far as it tells whether the content may have changed.
  package struct Status: Hashable, Sendable {
    /// In bytes.
    package var size: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64
    /// Nanoseconds since 1970 of the last change of the inode.
    package var changed: Int64
    /// Tells a file from another one that took its name.
    package var inode: UInt64
    /// Kind and permissions, as `stat` has them.
    package var mode: UInt32

    package init(size: Int64, modified: Int64, changed: Int64, inode: UInt64, mode: UInt32) {
      self.size = size
      self.modified = modified
      self.changed = changed
      self.inode = inode
      self.mode = mode
    }

    init(_ raw: csystem_stat) {
      self.init(
        size: raw.size, modified: raw.mtime_ns, changed: raw.ctime_ns, inode: raw.inode, mode: raw.mode)
    }

    /// Whether it is a folder.
    package var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    /// Whether it is an ordinary file.
    package var isRegular: Bool { mode & S_IFMT == S_IFREG }
  }

  /// `nil` when there is no such file; throws for anything else that stands in the way.
  package static func status(_ path: String) throws(SluiceError) -> Status? {
    var out = csystem_stat()
    let code = csystem_stat(-100, path, &out)
    if code == ENOENT || code == ENOTDIR { return nil }
    if code != 0 { throw systemError("look at", path, code) }
    return Status(
      size: out.size, modified: out.mtime_ns, changed: out.ctime_ns, inode: out.inode,
      mode: out.mode)
  }

  /// Whether something has this name; a link that leads nowhere has it not.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// How room is made on a full disk, in the words of the program; said in errors.
  package static let wayToMakeRoom = Mutex<String?>(nil)

  /// What the operating system refused, and what to do about it.
  package static func systemError(_ verb: String, _ path: String, _ code: Int32 = errno)
    -> SluiceError
  {
    let advice =
      switch code {
      case ENOSPC, EDQUOT:
        "The disk is full. Make room\(wayToMakeRoom.withLock { $0.map { " (\($0))" } ?? "" }) and run again; nothing was lost."
      case EACCES, EPERM, EROFS: "Check the permissions of the file and of its directory."
      case ELOOP:
        "It is a symbolic link, and nothing is written through one. Look where it leads, remove it, and run again."
      case EFBIG: "A limit on the size of files was reached: raise `ulimit -f` and run again; nothing was lost."
      case ENOMEM: "There is no memory for it: raise `ulimit -v`, or lower --jobs."
      case EMFILE, ENFILE: "Too many open files: raise `ulimit -n`."
      case EIO:
        "The disk reports an error: look at `dmesg`, then run again; what was finished is kept."
      default: ""
      }
    return SluiceError(
      .system, "cannot \(verb) \(path): \(String(cString: strerror(code)))", advice: advice)
  }

  /// Where a symbolic link leads; `nil` when there is none.
  package static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink(path, &buffer, buffer.count)
    return length > 0 ? String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  /// Bytes that can still be written to the file system of `path`; `nil` when that cannot be told.
  package static func freeBytes(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Reads a whole file; `limit` in bytes guards against giants.
  package static func read(_ path: String, limit: Int = .max) throws(SluiceError) -> [UInt8] {
    let descriptor = csystem_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { throw systemError("open", path) }
    defer { close(descriptor) }
    return try read(descriptor, path, limit: limit)
  }

  /// Reads an open file to its end.
  package static func read(_ descriptor: Int32, _ path: String, limit: Int = .max)
    throws(SluiceError) -> [UInt8]
  {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError("look at", path) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw SluiceError(.badInput, "\(path) is a directory, a file was expected")
    }
    var bytes: [UInt8] = []
    var size = max(4096, Int(status.st_size) + 1)
    while true {
      let have = bytes.count
      if have > limit { throw SluiceError(.badInput, "\(path) is larger than \(limit) bytes") }
      var failure: Int32 = 0
      let more = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = 0
        while count < size {
          let got = Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
          if got < 0 && errno == EINTR { continue }
          if got < 0 { failure = errno }
          if got <= 0 { break }
          count += got
        }
      }
      if failure != 0 { throw systemError("read", path, failure) }
      let ended = more.count < size
      if have == 0 { bytes = more } else { bytes.append(contentsOf: more) }
      if ended {
        if bytes.count > limit {
          throw SluiceError(.badInput, "\(path) is larger than \(limit) bytes")
        }
        return bytes
      }
      size = 1 << 20
    }
  }

  /// The digest of a file's content, and its status after it was read. What is no regular file (a pipe, for which one
  /// would wait for ever) is refused.
  package static func digest(ofFile path: String) throws(SluiceError) -> (digest: Digest, after: Status) {
    let file = try FileDescriptor(path: path, flags: O_RDONLY | O_NONBLOCK)
    var before = csystem_stat()
    guard csystem_fstat(file.raw, &before) == 0, Status(before).isRegular else {
      throw SluiceError(.badInput, "\(path) is not a regular file")
    }
    var hasher = DigestHasher()
    var failure: Int32 = 0
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
      while true {
        let got = Glibc.read(file.raw, buffer.baseAddress, buffer.count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { return }
        hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        // A short read of a regular file is its end.
        if got < buffer.count { return }
      }
    }
    if failure != 0 { throw systemError("read", path, failure) }
    var out = csystem_stat()
    let code = csystem_fstat(file.raw, &out)
    if code != 0 { throw systemError("look at", path, code) }
    return (hasher.finalize(), Status(out))
  }

  /// Writes all of `bytes` to an open file.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String)
    throws(SluiceError)
  {
    var offset = 0
    while offset < bytes.count {
      let wrote = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
      if wrote < 0 && errno == EINTR { continue }
      if wrote <= 0 { throw systemError("write", path) }
      offset += wrote
    }
  }

  /// Copies a file to a new one; where the file system can share blocks, nothing is written.
  package static func copy(_ source: String, to target: String) throws(SluiceError) {
    let reading = try FileDescriptor(path: source, flags: O_RDONLY)
    let writing = try FileDescriptor(path: target, flags: O_WRONLY | O_CREAT | O_EXCL)
    while true {
      let count = csystem_copy_range(reading.raw, writing.raw, 1 << 30)
      if count == 0 { return }
      if count > 0 || errno == EINTR { continue }
      // Between file systems that cannot do it: by hand, from where it stopped.
      guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else { throw systemError("copy", source) }
      break
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(reading.raw, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw systemError("read", source) }
      if count == 0 { return }
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: writing.raw, target)
    }
  }

  /// Makes a directory and its parents.
  package static func makeDirectory(_ path: String) throws(SluiceError) {
    if mkdir(path, 0o777) == 0 { return }
    switch errno {
    case EEXIST:
      guard try status(path)?.isDirectory == true else {
        throw SluiceError(.system, "\(path) is in the way: a directory was expected")
      }
    case ENOENT:
      let parent = Path.parent(path)
      guard parent != path else { throw systemError("make the directory", path) }
      try makeDirectory(parent)
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
        throw systemError("make the directory", path)
      }
    default: throw systemError("make the directory", path)
    }
  }

  /// fsync(2) of a directory: makes renames in it durable.
  package static func syncDirectory(_ path: String) throws(SluiceError) {
    let descriptor = csystem_open(path, O_RDONLY | O_DIRECTORY, 0)
    guard descriptor >= 0 else { throw systemError("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemError("make durable", path) }
  }

  /// Writes a file so that it is there whole or not at all: temporary file, fsync, rename, fsync of
  /// the directory.
  package static func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SluiceError) {
    try replace(path, with: bytes, mode: mode, isDurable: true)
    try syncDirectory(Path.parent(path))
  }

  /// Writes a text as a whole or not at all.
  package static func writeAtomically(_ text: String, to path: String) throws(SluiceError) {
    try writeAtomically(Array(text.utf8), to: path)
  }

  /// Writes a file that is there whole or not at all, but may be an older one after a power cut: for
  /// what can be made again.
  package static func writeReplaceable(_ bytes: [UInt8], to path: String) throws(SluiceError) {
    try replace(path, with: bytes, mode: 0o644, isDurable: false)
  }

  private static func replace(_ path: String, with bytes: [UInt8], mode: UInt32, isDurable: Bool) throws(SluiceError) {
    let temporary = Path.temporaryName(besides: path)
    let descriptor = csystem_open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode)
    guard descriptor >= 0 else { throw systemError("create", temporary) }
    do throws(SluiceError) {
      defer { close(descriptor) }
      let result: Result<Void, SluiceError> = bytes.withUnsafeBytes { raw in
        do throws(SluiceError) { return .success(try write(raw, to: descriptor, temporary)) } catch {
          return .failure(error)
        }
      }
      try result.get()
      if isDurable, fsync(descriptor) != 0 { throw systemError("make durable", temporary) }
      if rename(temporary, path) != 0 { throw systemError("put in place", path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// The names in a directory, sorted, without `.` and `..`.
  package static func list(_ path: String) throws(SluiceError) -> [String] { try entries(path).map(\.name) }

  /// The names in a directory, sorted, and whether each is text: one that is not cannot be opened by the name given here.
  package static func entries(_ path: String) throws(SluiceError) -> [(name: String, isText: Bool)] {
    guard let directory = opendir(path) else { throw systemError("list", path) }
    defer { closedir(directory) }
    var names: [(name: String, isText: Bool)] = []
    while let entry = readdir(directory) {
      let (name, isText) = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { raw in
          String(validatingCString: raw).map { ($0, true) } ?? (String(cString: raw), false)
        }
      }
      if name != "." && name != ".." { names.append((name, isText)) }
    }
    return names.sorted { $0.name < $1.name }
  }

  /// Gives each of two paths what the other has, in one step; `false` where the file system cannot.
  package static func exchange(_ one: String, _ other: String) -> Bool { csystem_exchange(one, other) == 0 }

  /// Removes a file or a whole tree; what is not there is no error.
  package static func remove(_ path: String) throws(SluiceError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw systemError("remove", path) }
    for name in try list(path) { try remove(path + "/" + name) }
    guard rmdir(path) == 0 || errno == ENOENT else { throw systemError("remove", path) }
  }
}
