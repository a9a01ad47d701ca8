import Foundations
import StageKit
import Synchronization

/// The pages of one run, by URL: whoever is redirected to one of them need not fetch it again.
final class KnownPages: Sendable {
  private struct State: Sendable {
    var pages: [String: Document] = [:]
    /// Came, and are being worked on.
    var expected: Set<String> = []
    var flags: [String: Int] = [:]
    var shared = 0
  }

  /// The most pages that are remembered.
  private static let most = 100_000
  private let state = Mutex(State())

  /// Whether a page came in this run.
  func contains(_ url: String) -> Bool { state.withLock { $0.pages[url] != nil || $0.expected.contains(url) } }

  /// A page came and will be kept.
  func expect(_ url: String) { _ = state.withLock { $0.expected.insert(url) } }

  /// The record that a page became, redirects apart.
  func keep(_ url: String, _ page: Document) {
    state.withLock { state in
      for flag in page.flags ?? [] { state.flags[flag, default: 0] += 1 }
      if state.pages.count < Self.most { state.pages[url] = page }
      state.expected.remove(url)
    }
  }

  /// What another one fetched; `nil` when nothing of it was kept.
  func share(_ url: String) -> Document? {
    state.withLock { state in
      state.shared += 1
      return state.pages[url]
    }
  }

  /// How often which flag was seen, and how many URLs shared a page.
  var summary: (flags: [String: Int], shared: Int) { state.withLock { ($0.flags, $0.shared) } }
}
