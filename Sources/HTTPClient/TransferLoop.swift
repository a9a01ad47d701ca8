import CCurl
import Foundations
import Synchronization

/// The thread that drives libcurl. The multi handle is touched by this thread only; others leave
/// their requests in `inbox` and wake it.
final class TransferLoop: @unchecked Sendable {
  typealias Completion = @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void

  private struct Inbox {
    var requests: [(HTTPRequest, Completion)] = []
    var isStopped = false
  }

  private let handle: UnsafeMutableRawPointer
  private let inbox = Mutex(Inbox())
  /// Only touched by the loop's thread, as is `handles`.
  private let handles = EasyHandles()
  private var active: [ObjectIdentifier: Transfer] = [:]

  init(_ multi: UnsafeMutableRawPointer) {
    handle = multi
    _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
  }

  deinit { ccurl_multi_cleanup(handle) }

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
    while true {
      let (requests, stopped) = inbox.withLock { inbox in
        defer { inbox.requests = [] }
        return (inbox.requests, inbox.isStopped)
      }
      for (request, completion) in requests { begin(request, completion) }
      if stopped { break }
      var running: Int32 = 0
      _ = ccurl_multi_perform(handle, &running)
      collect()
      // New requests wake the poll; libcurl shortens the wait to its own next timeout.
      _ = ccurl_multi_poll(handle, 60_000)
    }
    for transfer in Array(active.values) {
      _ = ccurl_multi_remove(handle, transfer.easy)
      finish(transfer, .failure(Self.closed))
    }
  }

  private func begin(_ request: HTTPRequest, _ completion: @escaping Completion) {
    do throws(HTTPFailure) {
      let transfer = try Transfer(request, handles, completion)
      try start(transfer)
    } catch {
      completion(.failure(error))
    }
  }

  private func start(_ transfer: Transfer) throws(HTTPFailure) {
    try transfer.prepare()
    guard ccurl_multi_add(handle, transfer.easy) == CURLM_OK else {
      throw HTTPFailure(.other, "the transfer could not be begun")
    }
    active[ObjectIdentifier(transfer)] = transfer
  }

  private func collect() {
    var code = CURLE_OK
    while let easy = ccurl_multi_next_done(handle, &code) {
      guard let context = ccurl_get_private(easy) else { continue }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      _ = ccurl_multi_remove(handle, easy)
      do throws(HTTPFailure) {
        if let response = try transfer.ended(code) {
          finish(transfer, .success(response))
        } else {
          active[ObjectIdentifier(transfer)] = nil
          try start(transfer)
        }
      } catch {
        finish(transfer, .failure(error))
      }
    }
  }

  private func finish(_ transfer: Transfer, _ result: Result<HTTPResponse, HTTPFailure>) {
    active[ObjectIdentifier(transfer)] = nil
    transfer.completion(result)
  }
}
