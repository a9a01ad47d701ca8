import Foundations
import Synchronization

/// Results of work on several threads, by index.
final class FoundDigests: Sendable {
  private let results: Mutex<[Result<Digest, any Error>?]>

  init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, _ result: sending Result<Digest, any Error>) {
    // Errors here are SluiceErrors, which are values.
    let value = result.mapError { SluiceError(wrapping: $0) as any Error }
    results.withLock { $0[index] = value }
  }

  subscript(index: Int) -> Result<Digest, any Error> {
    results.withLock { $0[index] }
      ?? .failure(SluiceError(.system, "the file was not looked at"))
  }
}
