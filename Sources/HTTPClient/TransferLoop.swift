import CCurl
import Foundations
import Synchronization

/// The way to the thread that drives libcurl: others leave their requests in `inbox` and wake it.
final class TransferLoop: Sendable {
  typealias Completion = @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void

  private struct Inbox {
    var requests: [(HTTPRequest, Completion)] = []
    var isStopped = false
  }

  /// The multi handle: touched by the loop's thread only, but for waking it, which libcurl allows others.
  private let multi: SharedHandle
  private var handle: UnsafeMutableRawPointer { UnsafeMutableRawPointer(multi.pointer) }
  private let inbox = Mutex(Inbox())

  init(_ multi: UnsafeMutableRawPointer) {
    self.multi = SharedHandle(OpaquePointer(multi)) { ccurl_multi_cleanup(UnsafeMutableRawPointer($0)) }
    _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
  }

  func submit(_ request: HTTPRequest, _ completion: @escaping Completion) {
    let (accepted, isFirst) = inbox.withLock { inbox in
      if inbox.isStopped { return (false, false) }
      inbox.requests.append((request, completion))
      return (true, inbox.requests.count == 1)
    }
    guard accepted else { return completion(.failure(Self.closed)) }
    // Whoever put the first one in has woken the loop, and it takes all there are.
    if isFirst { _ = ccurl_multi_wakeup(handle) }
  }

  func stop() {
    inbox.withLock { $0.isStopped = true }
    _ = ccurl_multi_wakeup(handle)
  }

  private static let closed = HTTPFailure(
    .cancelled, "the request was given up: the client was closed")

  /// Runs until `stop`.
  func run() {
    var transfers = RunningTransfers(handle)
    while true {
      let (requests, stopped) = inbox.withLock { inbox in
        defer { inbox.requests = [] }
        return (inbox.requests, inbox.isStopped)
      }
      for (request, completion) in requests { transfers.begin(request, completion) }
      if stopped { break }
      var running: Int32 = 0
      _ = ccurl_multi_perform(handle, &running)
      transfers.collect()
      // New requests wake the poll; libcurl shortens the wait to its own next timeout.
      _ = ccurl_multi_poll(handle, 60_000)
    }
    transfers.giveUp(Self.closed)
  }
}
