import CCurl
import Foundations

/// What is on its way: known to the thread that drives libcurl alone.
struct RunningTransfers: ~Copyable {
  private let handle: UnsafeMutableRawPointer
  private let handles = EasyHandles()
  private var active: [ObjectIdentifier: Transfer] = [:]

  /// - Parameter multi: libcurl's handle, which outlives this.
  init(_ multi: UnsafeMutableRawPointer) { handle = multi }

  mutating func begin(_ request: HTTPRequest, _ completion: @escaping TransferLoop.Completion) {
    do throws(HTTPFailure) {
      let transfer = try Transfer(request, handles, completion)
      try start(transfer)
    } catch {
      completion(.failure(error))
    }
  }

  private mutating func start(_ transfer: Transfer) throws(HTTPFailure) {
    try transfer.prepare()
    guard ccurl_multi_add(handle, transfer.easy) == CURLM_OK else {
      throw HTTPFailure(.other, "the transfer could not be begun")
    }
    active[ObjectIdentifier(transfer)] = transfer
  }

  mutating func collect() {
    var code = CURLE_OK
    while let easy = ccurl_multi_next_done(handle, &code) {
      guard let context = ccurl_get_private(easy) else { preconditionFailure("a handle without its transfer") }
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

  private mutating func finish(_ transfer: Transfer, _ result: Result<HTTPResponse, HTTPFailure>) {
    active[ObjectIdentifier(transfer)] = nil
    transfer.completion(result)
  }

  mutating func giveUp(_ failure: HTTPFailure) {
    for transfer in Array(active.values) {
      _ = ccurl_multi_remove(handle, transfer.easy)
      finish(transfer, .failure(failure))
    }
  }
}
