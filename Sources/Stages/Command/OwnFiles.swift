import Synchronization

/// Files that a line names and that the command itself writes: its outputs, though they look like inputs.
final class OwnFiles: Sendable {
  private let names = Mutex<Set<String>>([])

  var all: Set<String> { names.withLock { $0 } }

  /// - Returns: those that are new.
  func add(_ found: Set<String>) -> Set<String> {
    names.withLock { names in
      defer { names.formUnion(found) }
      return found.subtracting(names)
    }
  }
}
