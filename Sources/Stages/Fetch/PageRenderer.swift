import Foundations
import HTTPClient
import StageKit
import Synchronization
import Web

/// Lets the browser render pages beside the transfers, a few at once, each on a thread of its own.
final class PageRenderer: Sendable {
  struct Rendered: Sendable {
    let token: Int
    let result: Result<[UInt8], WebFailure>
  }

  private struct State: Sendable {
    var running = 0
    var waiting: [(token: Int, url: String)] = []
    var done: [Rendered] = []
  }

  private let browser: Browser
  private let options: FetchOptions
  private let scratch: String
  private let state = Monitor(State())
  /// A browser takes some hundred megabytes and a processor.
  private static let atOnce = 2

  /// - Throws: `SluiceError.missing` when no browser is installed.
  init(_ options: FetchOptions, scratch: String) throws(SluiceError) {
    browser = try Browser()
    self.options = options
    self.scratch = scratch
  }

  /// Pages that were asked for and not taken.
  var busy: Int { state.read { $0.running + $0.waiting.count + $0.done.count } }

  func submit(_ token: Int, _ url: String) {
    state.update { $0.waiting.append((token, url)) }
    startNext()
  }

  private func startNext() {
    let next = state.update { state -> (token: Int, url: String)? in
      guard state.running < Self.atOnce, !state.waiting.isEmpty else { return nil }
      state.running += 1
      return state.waiting.removeFirst()
    }
    guard let next else { return }
    _ = BlockingThread("render") { [self] in
      let folder = "\(scratch)/browser-\(next.token)"
      var result: Result<[UInt8], WebFailure>
      do throws(WebFailure) {
        result = .success(
          try browser.render(
            next.url, userAgent: options.userAgent, allowsPrivate: options.allowsPrivate,
            seconds: options.renderTimeout, folder: folder, limit: options.maxBytes))
      } catch {
        result = .failure(error)
      }
      try? FileSystem.remove(folder)
      state.update { state in
        state.running -= 1
        state.done.append(Rendered(token: next.token, result: result))
      }
      startNext()
    }
  }

  /// What has been rendered; waits for it at most until `deadline` (`MonotonicClock`).
  func take(until deadline: UInt64) -> [Rendered] {
    state.wait(until: deadline) { state -> [Rendered]? in
      guard !state.done.isEmpty else { return nil }
      defer { state.done = [] }
      return state.done
    } ?? []
  }
}
