import Foundations
import Glibc

/// What goes over the pipes between a run and its worker: a header as JSON and a body, each with
/// its length in front (4 bytes, big-endian).
package struct WorkerFrame: Sendable {
  package var header: JSONObject
  package var body: [UInt8]

  package init(header: JSONObject, body: [UInt8]) {
    self.header = header
    self.body = body
  }

  /// Longer frames are refused: something else writes on the pipe.
  static let longest = 1 << 31
  /// The most bytes of what a worker asks the run for.
  static let longestWish = 256 << 20
  /// The most bytes of a header.
  private static let longestHeader = 1 << 20

  /// Writes the frame; to a descriptor that does not block, until `deadline`.
  func write(to descriptor: Int32, deadline: WorkerDeadline? = nil) throws(SluiceError) {
    let header = header.canonicalBytes
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count)
    for length in [header.count, body.count] {
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).bigEndian) {
        bytes.append(contentsOf: $0)
      }
    }
    bytes.append(contentsOf: header)
    try Self.put(bytes, descriptor, deadline)
    try Self.put(body, descriptor, deadline)
  }

  /// Writes bytes as they are; to a descriptor that does not block, until `deadline`.
  package static func put(_ bytes: [UInt8], _ descriptor: Int32, _ deadline: WorkerDeadline?)
    throws(SluiceError)
  {
    var offset = 0
    while offset < bytes.count {
      let wrote = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + offset, bytes.count - offset)
      }
      if wrote > 0 {
        offset += wrote
      } else if wrote < 0 && errno == EAGAIN, let pause = deadline?.pause {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&watched, 1, pause)
      } else if wrote == 0 || errno != EINTR {
        throw FileSystem.systemError("write", "the worker's pipe")
      }
    }
  }

  /// Reads one frame; `nil` at the end of the stream, or when `deadline` has passed. What arrives on
  /// `errors` meanwhile is kept there.
  static func read(
    from descriptor: Int32, most: Int = longest, deadline: WorkerDeadline? = nil, errors: ErrorTail? = nil
  )
    throws(SluiceError) -> WorkerFrame?
  {
    guard let lengths = try take(8, descriptor, deadline, errors) else { return nil }
    func length(_ at: Int) -> Int { lengths[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    guard length(0) <= longestHeader, length(4) <= most else {
      throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
    guard let header = try take(length(0), descriptor, deadline, errors),
      let body = try take(length(4), descriptor, deadline, errors)
    else { return nil }
    guard let object = (try? JSONValue(parsing: header))?.object else {
      throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
    return WorkerFrame(header: object, body: body)
  }

  /// All that comes until the other end closes; `nil` when that is more than `most`, or takes longer than `deadline`.
  package static func rest(of descriptor: Int32, most: Int, _ deadline: WorkerDeadline) throws(SluiceError) -> [UInt8]?
  {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while let pause = deadline.pause {
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, pause) > 0 else { continue }
      let got = Glibc.read(descriptor, &chunk, chunk.count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw FileSystem.systemError("read", "a pipe") }
      if got == 0 { return bytes }
      bytes += chunk[..<got]
      if bytes.count > most { return nil }
    }
    return nil
  }

  private static func take(
    _ count: Int, _ descriptor: Int32, _ deadline: WorkerDeadline?, _ errors: ErrorTail?
  )
    throws(SluiceError) -> [UInt8]?
  {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        if let deadline {
          guard let pause = deadline.pause else { return }
          var watched = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
          if let errors {
            watched.append(pollfd(fd: errors.descriptor, events: Int16(POLLIN), revents: 0))
          }
          let ready = poll(&watched, nfds_t(watched.count), pause)
          if ready < 0 && errno != EINTR {
            failure = errno
            return
          }
          if watched.count > 1 && watched[1].revents != 0 { errors?.drain() }
          if ready <= 0 || watched[0].revents == 0 { continue }
        }
        let got = Glibc.read(descriptor, buffer.baseAddress! + filled, count - filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { return }
        filled += got
      }
    }
    if failure != 0 { throw FileSystem.systemError("read", "the worker's pipe", failure) }
    return bytes.count == count ? bytes : nil
  }
}
