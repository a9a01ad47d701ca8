import CCurl
import Foundations
import Synchronization

/// Sends requests; one thread of its own carries all transfers at once (libcurl's multi interface),
/// keeps connections alive and shares them.
///
/// Safe to use from any thread. Transfers in flight when the last reference goes end as `cancelled`.
package final class HTTPTransfers: Sendable {
  private let loop: TransferLoop

  /// - Throws: `SluiceError.missing` when libcurl is not installed.
  package init() throws(SluiceError) {
    if let reason = ccurl_load() {
      throw SluiceError(
        .missing, "libcurl cannot be used: \(String(cString: reason))",
        advice: "Install it: apt-get install libcurl4")
    }
    guard let multi = ccurl_multi_init() else {
      throw SluiceError(.system, "libcurl cannot be set up")
    }
    loop = TransferLoop(multi)
    let loop = loop
    _ = BlockingThread("http") { loop.run() }
  }

  deinit { loop.stop() }

  private static let first = Result { () throws(SluiceError) in try HTTPTransfers() }

  /// One client for the whole process, made on first use.
  /// - Throws: `SluiceError.missing` when libcurl is not installed.
  package static func shared() throws(SluiceError) -> HTTPTransfers { try first.get() }

  /// The version of libcurl, as `7.88.1`.
  package var libraryVersion: String { String(cString: ccurl_version()) }

  /// Begins a request. `completion` is called exactly once, on the thread of the transfers: it must
  /// be quick and must not wait.
  package func submit(
    _ request: HTTPRequest,
    completion: @escaping @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
  ) {
    loop.submit(request, completion)
  }

  /// Sends a request and waits for the whole answer.
  package func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    let answer = Monitor<Result<HTTPResponse, HTTPFailure>?>(nil)
    submit(request) { result in answer.update { $0 = result } }
    guard let result = answer.wait({ $0 }) else {
      throw HTTPFailure(.cancelled, "the request was given up")
    }
    return try result.get()
  }
}
