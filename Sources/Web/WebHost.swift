import HTTPClient

/// One request on its way through the `WebClient`, over all its redirects.
struct WebJob {
  let token: Int
  /// Of the current hop.
  var request: HTTPRequest
  var url: HTTPURL
  /// The URLs that redirected so far.
  var redirects: [String] = []
  /// Fields that ask for a page only if it changed, and the URL that they belong to: no other is asked with them.
  var conditions = HTTPHeaders()
  var conditionsURL = ""
  /// Whether the current hop was asked with them.
  var isConditional = false
  /// What the hops so far set.
  var cookies = RedirectCookies()
  /// Those of `redirects` that were pages with a meta refresh.
  var refreshes: [String] = []
  /// Whether it takes from the retry budget when it goes out.
  var isRetry: Bool
  /// Whether a redirect led to another site than the one that was named.
  var hasLeft = false
  /// When the current hop went out, in seconds since 1970.
  var started = 0.0
  /// Whether it asks for a host's robots.txt.
  var isRobots = false
}

/// What a `WebClient` knows of one origin: scheme, host and port.
struct WebHost {
  enum Robots {
    case unknown
    case asking
    case known(RobotsRules)
  }

  /// The governor's name for it.
  let account: String
  var waiting: [WebJob] = []
  /// How much of `waiting` has gone; removing from the front one by one would be quadratic.
  var first = 0
  var robots = Robots.unknown
  var robotsTries = 0
  var running = 0
  /// Nothing can start before this time (seconds since 1970).
  var notBefore = 0.0
  /// Whether this client has looked at a host that was down when it came.
  var hasProbed = false
  /// Whether it has answered anything in this run.
  var hasAnswered = false
  /// Whether its pause was lifted, where this run lifts pauses.
  var isForgiven = false
  /// Times that it refused in this run since it last gave something, and when the first of them was.
  var refusals = 0
  var refusesSince = 0.0

  /// Pages that answered 503, how often, and how many successes others had had when each did last.
  var unavailable: [String: (count: Int, successes: Int)] = [:]
  var successes = 0
  /// Whether a page that was refused was given later: then the host refuses, not the page.
  var hasRelented = false

  /// Whether a 503 is the trouble of one page, which never comes, while the host answers for others: it says nothing of
  /// how fast the host may be asked.
  mutating func isOwnTrouble(_ url: String) -> Bool {
    let before = unavailable[url]
    unavailable[url] = ((before?.count ?? 0) + 1, successes)
    guard let before, !hasRelented, successes > 0 else { return false }
    // A host that refuses by itself refuses whatever is asked next, not one page again and again.
    return unavailable.count == 1
      || successes > before.successes && successes >= Self.fewSuccesses && unavailable.count * 5 <= successes
  }

  private static let fewSuccesses = 5

  init(account: String) { self.account = account }

  var hasWaiting: Bool { first < waiting.count }

  mutating func pop() -> WebJob {
    defer {
      first += 1
      if first == waiting.count { (waiting, first) = ([], 0) }
    }
    return waiting[first]
  }

  mutating func takeAll() -> [WebJob] {
    defer { (waiting, first) = ([], 0) }
    return Array(waiting[first...])
  }

  /// Puts any of those that wait in front: what is asked first after a breakdown must not always be the same.
  mutating func shuffleFront() {
    guard hasWaiting else { return }
    waiting.swapAt(first, Int.random(in: first..<waiting.count))
  }
}

extension HTTPURL {
  /// The host as the governor and robots.txt know it: with its port unless that is the default one.
  package var account: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
  }
}
