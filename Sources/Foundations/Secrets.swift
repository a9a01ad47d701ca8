import Synchronization

/// The values that must never be shown: whoever reads a secret registers it here, and everything
/// that writes a log, an error or a report passes its text through `redacted`.
package enum Secrets {
  private static let values = Mutex<Set<String>>([])

  /// Remembers a secret. Values under four bytes are too common to be looked for.
  package static func register(_ value: String) {
    guard value.utf8.count >= 4 else { return }
    values.withLock { _ = $0.insert(value) }
  }

  /// `text` with every known secret replaced by `•••`.
  package static func redacted(_ text: String) -> String {
    let known = values.withLock { $0 }
    if known.isEmpty { return text }
    var bytes = Array(text.utf8)
    for secret in known.sorted(by: { $0.utf8.count > $1.utf8.count }) {
      let needle = Array(secret.utf8)
      while let range = ByteSearch.range(of: needle, in: bytes) {
        bytes.replaceSubrange(range, with: "•••".utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
