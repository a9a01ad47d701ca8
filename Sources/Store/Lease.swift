import Foundations
import Glibc

/// The right to run a pipeline, held by one process at a time.
///
/// It is a lock of the kernel (flock) on a file that says who holds it and since when: when the holder
/// dies, however it dies, the lease ends with it. Readers never ask for it.
package final class Lease: Sendable {
  private let file: FileDescriptor

  private init(file: FileDescriptor) { self.file = file }

  /// - Throws: `SluiceError.busy` when another process holds it.
  package static func acquire(pipeline: String, layout: ArtifactLayout) throws -> Lease {
    let path = "\(layout.locks)/\(pipeline).lease"
    let file = try lock(path)
    var isHeld = flock(file.raw, LOCK_EX | LOCK_NB) == 0
    // `status` holds it for an instant to see whether anybody does.
    for _ in 0..<5 where !isHeld {
      usleep(20_000)
      isHeld = flock(file.raw, LOCK_EX | LOCK_NB) == 0
    }
    guard isHeld else {
      let holder = (try? FileSystem.read(path, limit: 4096)).flatMap { try? JSONValue(parsing: $0) }
      let since = holder?["since"]?.string ?? "an unknown time"
      let pid = holder?["pid"]?.int.map(String.init) ?? "unknown"
      throw SluiceError(
        .busy, "the pipeline \(pipeline) is being run by process \(pid) since \(since)",
        advice:
          "Wait for it, or stop it with Ctrl-C (kill -INT \(pid)). Reading (search, status, why) works meanwhile."
      )
    }
    let text: JSONValue = [
      "pid": JSONValue(Int(getpid())), "since": .string(Timestamp.now.rfc3339),
    ]
    ftruncate(file.raw, 0)
    try text.canonicalBytes.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
    // The lock can be opened by its owner only; others read who holds it here.
    try FileSystem.writeReplaceable(text.canonicalBytes, to: shown(path))
    return Lease(file: file)
  }

  /// A lock can be taken by whoever can open it, if only for reading: so nobody but its owner can.
  private static func lock(_ path: String) throws -> FileDescriptor {
    let file = try FileDescriptor(path: path, flags: O_RDWR | O_CREAT, mode: 0o600)
    fchmod(file.raw, 0o600)
    return file
  }

  private static func shown(_ lease: String) -> String { Path.parent(lease) + "/" + Path.name(lease) + ".json" }

  /// Who runs a pipeline now, for `status`; `nil` when nobody does.
  package static func holder(pipeline: String, layout: ArtifactLayout) -> JSONValue? {
    let path = "\(layout.locks)/\(pipeline).lease"
    guard let file = try? FileDescriptor(path: path, flags: O_RDONLY | O_NONBLOCK | O_NOFOLLOW) else {
      guard FileSystem.exists(path),
        let holder = (try? FileSystem.read(shown(path), limit: 4096)).flatMap({ try? JSONValue(parsing: $0) }),
        let pid = holder["pid"]?.int.flatMap({ pid_t(exactly: $0) }), pid > 0
      else { return nil }
      // Not as `… : nil`, which would be a JSON null, that is: somebody.
      guard kill(pid, 0) == 0 || errno == EPERM else { return Optional.none }
      return holder
    }
    if flock(file.raw, LOCK_SH | LOCK_NB) == 0 { return nil }
    return (try? FileSystem.read(path, limit: 4096)).flatMap { try? JSONValue(parsing: $0) }
  }

  /// Held shared by every run and alone by `gc`, so that nothing is swept away that a run has just made.
  package static func sweeping(layout: ArtifactLayout, alone: Bool) throws -> Lease {
    let file = try lock(layout.locks + "/sweep.lock")
    guard flock(file.raw, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
      throw SluiceError(
        .busy,
        alone
          ? "a run is going on, and this has to be alone" : "`sluice gc` is at work on \(layout.root)",
        advice: "Try again when it has ended.")
    }
    return Lease(file: file)
  }
}
