import CCurl

/// libcurl's handles of single transfers, kept for the next ones: making one costs more than a small transfer's headers.
///
/// Used by the loop's thread only.
final class EasyHandles {
  private var idle: [UnsafeMutableRawPointer] = []
  private static let mostIdle = 256

  deinit { for handle in idle { ccurl_easy_cleanup(handle) } }

  /// A handle with default settings; `nil` when there is no memory for one.
  func take() -> UnsafeMutableRawPointer? { idle.popLast() ?? ccurl_easy_init() }

  /// Takes back a handle that is part of no transfer any more.
  func give(_ handle: UnsafeMutableRawPointer) {
    guard idle.count < Self.mostIdle else { return ccurl_easy_cleanup(handle) }
    ccurl_easy_reset(handle)
    idle.append(handle)
  }
}
