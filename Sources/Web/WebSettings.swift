import Foundations
import Governor
import HTTPClient

/// How a `WebClient` behaves.
package struct WebSettings: Sendable {
  package var policy: GovernorPolicy
  /// Whether robots.txt is asked for and obeyed.
  package var obeysRobots: Bool
  /// Whether addresses that are not public may be asked.
  package var allowsPrivate: Bool
  package var maxRedirects: Int
  /// Where the governor and robots.txt are remembered; `nil`: nowhere.
  package var directory: String?
  package var cassettes: Cassettes?
  /// No network: only cassettes answer.
  package var isFrozen: Bool
  /// Whether pauses that hosts were given before are lifted (`--force`).
  package var liftsPauses = false
  /// What is added to the query of each URL that is asked for, and stands nowhere else; other sites do not get it.
  package var secretQuery: [(name: String, value: String)]

  package init(
    policy: GovernorPolicy = GovernorPolicy(), obeysRobots: Bool = true, allowsPrivate: Bool = false,
    maxRedirects: Int = 10, directory: String? = nil, cassettes: Cassettes? = nil, isFrozen: Bool = false,
    secretQuery: [(name: String, value: String)] = []
  ) {
    self.policy = policy
    self.obeysRobots = obeysRobots
    self.allowsPrivate = allowsPrivate
    self.maxRedirects = maxRedirects
    self.directory = directory
    self.cassettes = cassettes
    self.isFrozen = isFrozen
    self.secretQuery = secretQuery
  }

  /// The product token that robots.txt files name.
  package static let product = "Sluice"
}
