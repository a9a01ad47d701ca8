import CSystem
import Glibc

/// A thread of our own for work that blocks or keeps a processor busy.
///
/// The cooperative pool has as many threads as cores: a blocking call there stalls everything.
package final class BlockingThread: @unchecked Sendable {
  private let handle: pthread_t
  private let joined = Monitor(false)

  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a thread. `stackSize` is in bytes: parsers recurse, so the default is generous (it is
  /// address space, not memory).
  package init(_ name: String, stackSize: Int = 8 << 20, _ run: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackSize)
    defer { pthread_attr_destroy(&attributes) }
    let body = Unmanaged.passRetained(Body(name: name, run: run))
    var handle = pthread_t()
    let status = pthread_create(
      &handle, &attributes,
      { raw in
        let body = Unmanaged<Body>.fromOpaque(raw!).takeRetainedValue()
        csystem_name_thread(body.name)
        body.run()
        return nil
      }, body.toOpaque())
    // Without threads nothing here can go on; the limits are the user's to raise. (The message of a precondition would
    // be left out of an optimized build.)
    guard status == 0 else {
      let reason = String(cString: strerror(status))
      let text =
        "sluice: cannot start a thread: \(reason); raise the limits of processes (ulimit -u) and memory (ulimit -v)\n"
      _ = Array(text.utf8).withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
      exit(1)
    }
    self.handle = handle
  }

  /// Nobody will wait for it any more: the kernel takes it back when it ends.
  deinit { if !joined.read({ $0 }) { pthread_detach(handle) } }

  /// Waits until the thread has ended.
  package func join() {
    joined.update { done in
      if !done { pthread_join(handle, nil) }
      done = true
    }
  }
}
