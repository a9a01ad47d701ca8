import Foundations

/// Says of a page that answered 200 that it is not what was asked for: a login or consent wall, a check for robots, an
/// empty shell that a browser would fill, an error page.
///
/// Rules look for several signs together, on pages with little text only: an article about logging in is an article.
package enum PageFlags {
  package struct Flag: Sendable, Equatable {
    /// `login_wall`, `consent_wall`, `bot_wall`, `needs_javascript`, `soft_404`.
    package let kind: String
    package let reason: String
  }

  /// All that there are.
  package static let kinds: Set<String> = ["login_wall", "consent_wall", "bot_wall", "needs_javascript", "soft_404"]

  /// - Parameters:
  ///   - body: the page's bytes, in any encoding that holds ASCII.
  ///   - finalURL: where it came from, after redirects.
  ///   - isRedirected: whether another URL was asked for.
  package static func inspect(_ body: [UInt8], contentType: String?, finalURL: String, isRedirected: Bool) -> [Flag] {
    guard contentType == nil || contentType == "text/html" || contentType == "application/xhtml+xml" else { return [] }
    guard body.count < 4 << 20 else { return [] }
    let head = body.prefix(1024)
    if contentType == nil, !head.contains(UInt8(ascii: "<")) { return [] }
    let page = PageScan(body)
    let flags = [
      shell(page), login(page, finalURL, isRedirected), consent(page, finalURL, isRedirected), bots(page),
      missing(page),
    ]
    return flags.compactMap { $0 }
  }

  private static func shell(_ page: PageScan) -> Flag? {
    guard page.wordCount < 40, page.scriptCount > 0 else { return nil }
    let asks = any(page.noscript + [0x20] + page.text, needsScript)
    if asks && page.wordCount < 30 {
      return Flag(kind: "needs_javascript", reason: "\(page.wordCount) words, and it asks for JavaScript")
    }
    guard page.hasMountPoint, page.wordCount < 15 else { return nil }
    return Flag(
      kind: "needs_javascript", reason: "\(page.wordCount) words and an empty element that scripts draw into")
  }

  private static let needsScript = Phrases([
    "enable javascript", "javascript is required", "requires javascript", "javascript is disabled", "need javascript",
    "needs javascript", "activate javascript", "turn on javascript", "without javascript", "javascript to run this app",
    "javascript aktivieren", "aktivieren sie javascript", "activer javascript", "activez javascript",
    "habilite javascript", "habilitar javascript", "activar javascript", "ative o javascript", "включите javascript",
    "启用javascript", "javascriptを有効",
  ])

  private static func login(_ page: PageScan, _ url: String, _ isRedirected: Bool) -> Flag? {
    guard page.wordCount < 250, page.hasPasswordField || isRedirected || page.wordCount < 120 else { return nil }
    let says = any(page.title, loginWords) || any(page.firstHeading, loginWords)
    if page.wordCount < 120 && (says || page.formCount > 0) && any(page.text, loginDemands) {
      return Flag(kind: "login_wall", reason: "it asks to log in, in \(page.wordCount) words")
    }
    guard page.hasPasswordField || isRedirected else { return nil }
    let path = path(url)
    let words = path.split { "/?&=.-_".contains($0) }
    let isLoginPath = loginPaths.contains { word in words.contains { $0 == word } || path.contains("/\(word)") }
    if page.hasPasswordField && page.wordCount < 150 && (says || isLoginPath || any(page.text, loginDemands)) {
      return Flag(kind: "login_wall", reason: "a password field and \(page.wordCount) words")
    }
    if isRedirected && isLoginPath && (page.hasPasswordField || says || page.formCount > 0) {
      return Flag(kind: "login_wall", reason: "redirected to \(path.prefix(80))")
    }
    return nil
  }

  private static let loginPaths = [
    "login", "signin", "sign-in", "sign_in", "sso", "oauth", "openid", "logon", "saml", "auth",
  ]
  private static let loginWords = Phrases([
    "log in", "login", "sign in", "sign-in", "signin", "log on", "anmelden", "anmeldung", "einloggen", "connexion",
    "se connecter", "iniciar sesión", "accedi", "entrar", "вход", "войти", "登录", "ログイン",
  ])
  private static let loginDemands = Phrases([
    "log in to continue", "sign in to continue", "please log in", "please sign in", "you must be logged in",
    "you must log in", "you need to log in", "you need to sign in", "login required", "members only",
    "bitte melden sie sich an", "bitte einloggen", "veuillez vous connecter", "inicie sesión para",
    "subscribers only", "subscribe to continue reading",
  ])

  private static func consent(_ page: PageScan, _ url: String, _ isRedirected: Bool) -> Flag? {
    if isRedirected && page.wordCount < 600 {
      let host = String(url.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "/" })
      if ["consent.", "guce.", "cmp."].contains(where: { host.hasPrefix($0) }) || path(url).contains("consent") {
        return Flag(kind: "consent_wall", reason: "redirected to \(host.prefix(60))")
      }
    }
    guard page.wordCount < 180 else { return nil }
    let signs = consentWords.count(in: page.text)
    guard signs >= 2, any(page.title + [0x20] + page.firstHeading + [0x20] + page.text.prefix(300), consentDemands)
    else {
      return nil
    }
    return Flag(kind: "consent_wall", reason: "it asks for consent to cookies, in \(page.wordCount) words")
  }

  private static let consentWords = Phrases([
    "cookies", "accept all", "reject all", "manage options", "our partners", "personal data", "privacy policy",
    "alle akzeptieren", "alle ablehnen", "tout accepter", "tout refuser", "aceptar todo", "rechazar todo",
    "vendors", "consent", "zustimmen", "einwilligung",
  ])
  private static let consentDemands = Phrases([
    "before you continue", "we value your privacy", "your privacy", "consent", "accept cookies", "cookie settings",
    "bevor sie", "datenschutz", "avant de continuer", "antes de continuar", "cookies to continue",
  ])

  private static func bots(_ page: PageScan) -> Flag? {
    guard page.wordCount < 200 else { return nil }
    let heading = page.title + Array(" | ".utf8) + page.firstHeading
    if let sign = botTitles.first(in: heading), page.wordCount < 120 {
      return Flag(kind: "bot_wall", reason: "its heading says '\(sign)'")
    }
    if let sign = botTexts.first(in: page.text) ?? botTexts.first(in: page.noscript) {
      return Flag(kind: "bot_wall", reason: "it says '\(sign)'")
    }
    return nil
  }

  private static let botTitles = Phrases([
    "just a moment...", "attention required!", "are you a robot", "are you human", "robot check", "access denied",
    "security check", "verify you are human", "pardon our interruption", "checking your browser", "ddos-guard",
    "request blocked", "captcha",
  ])
  private static let botTexts = Phrases([
    "checking if the site connection is secure", "checking your browser before accessing", "verify you are human",
    "verify that you are not a robot", "enable javascript and cookies to continue", "complete the captcha",
    "unusual traffic from your computer", "incapsula incident id", "please verify you are a human",
    "confirm you are not a robot", "prove you are human",
  ])

  private static func missing(_ page: PageScan) -> Flag? {
    guard page.wordCount < 250 else { return nil }
    for heading in [page.title, page.firstHeading] where heading.count < 100 {
      guard let sign = missingWords.first(in: heading) ?? numbered(heading) else { continue }
      // Of a page about such pages, the text goes on; of an error page, it says so itself.
      if page.wordCount < 60 || any(page.text, missingTexts) {
        return Flag(kind: "soft_404", reason: "its heading says '\(sign)', and it has \(page.wordCount) words")
      }
    }
    return nil
  }

  /// `404`, alone or with a word for an error.
  private static func numbered(_ bytes: [UInt8]) -> String? {
    guard numbers.contains(where: { ByteSearch.range(of: $0, in: bytes) != nil }) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split { !($0.isLetter || $0.isNumber) }
    guard let code = words.first(where: { numbers.contains(Array($0.utf8)) }) else { return nil }
    let isError =
      words.count == 1 || words.contains("error") || words.contains("not") || words.contains("fehler")
      || words.contains("erreur")
    return isError ? String(code) : nil
  }

  private static let numbers = ["404", "410", "500", "502", "503"].map { Array($0.utf8) }

  private static let missingWords = Phrases([
    "page not found", "not found", "page doesn't exist", "page does not exist", "page cannot be found",
    "page can't be found", "page no longer exists", "no longer available", "seite nicht gefunden",
    "page introuvable", "página no encontrada", "pagina non trovata", "página não encontrada",
    "страница не найдена", "页面不存在", "ページが見つかりません", "internal server error", "service unavailable",
    "something went wrong",
  ])
  private static let missingTexts = Phrases([
    "the page you", "page you requested", "page you are looking for", "page you were looking for",
    "could not be found", "couldn't be found", "cannot be found", "can't find", "doesn't exist", "does not exist",
    "has been moved", "has been removed", "no longer exists", "try searching", "go back to the home",
    "return to the home",
    "nicht gefunden", "existiert nicht", "n'existe pas", "no existe",
  ])

  private static func any(_ text: [UInt8], _ words: Phrases) -> Bool { words.first(in: text) != nil }

  private static func path(_ url: String) -> String {
    guard let scheme = url.range(of: "://") else { return url.lowercased() }
    return String(url[scheme.upperBound...].drop { $0 != "/" }).lowercased()
  }
}

/// Phrases that are looked for byte by byte: of all pages, most have none.
private struct Phrases: Sendable {
  private let phrases: [(text: String, bytes: [UInt8])]

  init(_ texts: [String]) { phrases = texts.map { ($0, Array($0.utf8)) } }

  func first(in text: [UInt8]) -> String? {
    text.isEmpty ? nil : phrases.first { ByteSearch.range(of: $0.bytes, in: text) != nil }?.text
  }

  func count(in text: [UInt8]) -> Int { phrases.count { ByteSearch.range(of: $0.bytes, in: text) != nil } }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? { firstRange(of: part) }
}
