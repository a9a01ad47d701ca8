import Foundations

/// Lets one thread see for all whether a server still gives the vectors that it gave before: a model that was
/// exchanged behind its name would mix two spaces in silence.
final class CanaryGuard: Sendable {
  private enum State {
    case running
    /// The numbers of the clients that were seen to be right.
    case checked(Set<Int>)
    case wrong(SluiceError)
  }

  private let state = Monitor<State>(.checked([]))

  /// - Parameter compare: is called once for each client, unless it could not say.
  func check(_ client: Int, _ compare: () throws(ServiceFailure) -> Void) throws(ServiceFailure) {
    let before = state.wait { state -> State? in
      switch state {
      case .running: return nil
      case .checked(let clients) where !clients.contains(client):
        defer { state = .running }
        return state
      case .checked, .wrong: return state
      }
    }
    switch before {
    case .wrong(let error)?: throw .stopped(error)
    case .checked(let clients)? where !clients.contains(client):
      do throws(ServiceFailure) {
        try compare()
        state.update { $0 = .checked(clients.union([client])) }
      } catch {
        state.update { state in
          if case .stopped(let error) = error, error.code != .interrupted {
            state = .wrong(error)
          } else {
            state = .checked(clients)
          }
        }
        throw error
      }
    default: break
    }
  }
}
