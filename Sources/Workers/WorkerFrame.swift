import Foundations
import Glibc

/// What goes over the pipes between a run and its worker: a header as JSON (the message and the details) and a body,
/// each with its length in front (4 bytes, big-endian).
package struct WorkerFrame: Sendable {
  var message = WorkerMessage.ok
  /// What an order of this task says, or its answer.
  package let details: JSONObject
  package let body: [UInt8]

  /// An answer, or a wish.
  package init(_ details: some Encodable = JSONObject(), body: [UInt8] = []) {
    self.details = JSONObject(encoding: details)
    self.body = body
  }

  init(_ message: WorkerMessage, _ details: JSONObject = [:], body: [UInt8] = []) {
    self.message = message
    self.details = details
    self.body = body
  }

  /// An answer that may be long: the body is JSON.
  package init(jsonBody: some Encodable) { self.init(.ok, body: JSONValue(encoding: jsonBody).canonicalBytes) }

  /// What such a body says.
  package func jsonBody<T: Decodable>(as type: T.Type = T.self) throws(SluiceError) -> T {
    do { return try JSONValue(parsing: body).decoded() } catch {
      throw SluiceError(.corrupt, "the worker's answer cannot be read: \(error)")
    }
  }

  /// The most bytes that the answer to this order may have.
  package var most: Int {
    guard case .order(_, let most) = message else { preconditionFailure("only orders say how long an answer may be") }
    return most
  }

  /// The answer, if it is one.
  /// - Throws: what the other end says is wrong.
  func checked() throws -> WorkerFrame {
    switch message {
    case .ok: return self
    case .problem(let kind, let message): throw ItemProblem(kind, message)
    case .error(let code, let message, let advice):
      throw SluiceError(SluiceError.Code(code), message, advice: advice)
    case .order, .wish: throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
  }

  private struct Header: Codable {
    let message: WorkerMessage
    let details: JSONObject
  }

  /// Longer frames are refused: something else writes on the pipe.
  static let longest = 1 << 31
  /// The most bytes of what a worker asks the run for.
  static let longestWish = 256 << 20
  /// The most bytes of a header.
  private static let longestHeader = 1 << 20

  /// Writes the frame; to a descriptor that does not block, until `deadline`.
  func write(to descriptor: Int32, deadline: WorkerDeadline? = nil) throws(SluiceError) {
    let header = JSONObject(encoding: Header(message: message, details: details)).canonicalBytes
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
    guard let header = try? JSONValue(parsing: header).decoded(as: Header.self) else {
      throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
    return WorkerFrame(header.message, header.details, body: body)
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
