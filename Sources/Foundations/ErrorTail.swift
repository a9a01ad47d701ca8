import Glibc
import Synchronization

/// The last of what a child writes on standard error: it tells why it died.
package final class ErrorTail: Sendable {
  private let pipe: FileDescriptor
  private let state = Mutex(State())

  private struct State {
    var bytes: [UInt8] = []
    var isClosed = false
  }

  /// Reads a pipe to its end, on a thread of its own.
  package init(_ pipe: FileDescriptor) {
    self.pipe = pipe
    _ = fcntl(pipe.raw, F_SETFL, O_NONBLOCK)
  }

  /// For poll(2); -1, which poll passes over, once the child has closed its end.
  package var descriptor: Int32 { state.withLock { $0.isClosed } ? -1 : pipe.raw }

  /// Takes what is there without waiting, and no more than a megabyte: somebody else has to be looked at, too.
  package func drain() {
    state.withLock { state in
      var chunk = [UInt8](repeating: 0, count: 4096)
      for _ in 0..<256 where !state.isClosed {
        let got = read(pipe.raw, &chunk, chunk.count)
        if got > 0 {
          state.bytes.append(contentsOf: chunk[..<got])
          if state.bytes.count > 8192 { state.bytes.removeFirst(state.bytes.count - 4096) }
        } else if got == 0 || errno != EINTR {
          state.isClosed = got == 0
          return
        }
      }
    }
  }

  /// What it said at last.
  package var text: String {
    drain()
    return state.withLock { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// The last lines of it, as they follow on a message.
  package var lastLines: String {
    let lines = text.utf8.suffix(4000).split(separator: UInt8(ascii: "\n")).suffix(5).map {
      String(decoding: $0, as: UTF8.self)
    }
    return lines.isEmpty ? "" : ": " + lines.joined(separator: " ⏎ ")
  }

  /// Whether the child said that it had no memory, in the words of Swift, C++, GLib or poppler.
  package var speaksOfMemory: Bool {
    let text = text.lowercased()
    return [
      "bad_alloc", "could not allocate", "failed to allocate", "out of memory",
      "cannot allocate memory",
    ]
    .contains { text.contains($0) }
  }
}
