import Foundations
import TestSupport
import Testing

@testable import Web

@Suite struct PageFlagsTests {
  private func kinds(_ html: String, _ url: String = "https://a.example/x", redirected: Bool = false) -> [String] {
    PageFlags.inspect(Array(html.utf8), contentType: "text/html", finalURL: url, isRedirected: redirected).map(\.kind)
  }

  private static let article = (0..<80).map {
    "<p>Sentence \($0) tells how to log in, of cookies and of page not found.</p>"
  }
  .joined()

  @Test func walls() {
    #expect(
      kinds("<title>Sign in</title><h1>Sign in to Example</h1><form><input name=u><input type=\"password\"></form>")
        == ["login_wall"])
    #expect(
      kinds(
        "<title>Example</title><form action=/login>Email<input></form>", "https://a.example/login?next=/x",
        redirected: true)
        == ["login_wall"])
    #expect(
      kinds(
        "<title>Before you continue</title><h1>Before you continue</h1><p>We use cookies. Accept all. Reject all. Privacy policy.</p>"
      )
        == ["consent_wall"])
    #expect(
      kinds(
        "<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript><script>x</script>"
      ).contains("bot_wall"))
  }

  @Test func shells() {
    #expect(
      kinds(
        "<title>App</title><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=\"root\"></div><script src=a.js></script>"
      )
        == ["needs_javascript"])
    #expect(kinds("<title>App</title><div id=\"__next\"></div><script>1</script>") == ["needs_javascript"])
    #expect(
      kinds("<title>App</title><div id=\"root\">\(Self.article)</div><script>1</script>").isEmpty,
      "rendered on the server")
  }

  @Test func errorsWithStatus200() {
    #expect(kinds("<title>Page not found</title><p>The page you requested could not be found.</p>") == ["soft_404"])
    #expect(kinds("<title>404 Error</title><h1>Oops</h1>") == ["soft_404"])
    #expect(kinds("<title>Seite nicht gefunden</title><p>Leider.</p>") == ["soft_404"])
  }

  @Test func ordinaryPages() {
    for title in [
      "How to log in", "404 recipes for soup", "Page not found: a history", "Cookies and consent", "Captcha",
    ] {
      #expect(kinds("<title>\(title)</title><h1>\(title)</h1>\(Self.article)").isEmpty, "\(title)")
    }
    #expect(kinds("<title>A note</title><p>Short, but whole.</p>").isEmpty)
    #expect(kinds("<title>Area code 404</title><p>Atlanta has it.</p>").isEmpty)
    #expect(
      kinds("<title>T</title><p>a < b and c > d</p><!-- <input type=password> --><script>var a='<h1>404</h1>'</script>")
        .isEmpty)
    #expect(
      PageFlags.inspect(Array("%PDF-1.7".utf8), contentType: "application/pdf", finalURL: "x", isRedirected: false)
        .isEmpty)
  }

  @Test func anyBytes() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let bytes = (0..<500).map { _ in
        [60, 62, 33, 45, 47, 34, 39, 61, 65, 97, 115, 32, 0, 255].randomElement(using: &random) ?? UInt8(0)
      }
      _ = PageFlags.inspect(bytes, contentType: "text/html", finalURL: "", isRedirected: false)
    }
  }

  /// Ordinary pages of the development data, which must raise hardly any alarm.
  @Test func fewFalseAlarms() throws {
    let folder = (Environment["SLUICE_DATA"] ?? ProjectFiles.root + "/../shared/data") + "/web-content/html"
    guard FileSystem.exists(folder) else {
      print("SKIPPED: no pages in \(folder)")
      return
    }
    let scratch = try Scratch()
    var flagged: [String] = []
    var count = 0
    _ = try ProgramRun.run(
      ["sh", "-c", "for f in \(folder)/*.html.gz; do gzip -dc $f > $(basename $f .gz); done"], in: scratch.directory)
    for name in try FileSystem.list(scratch.directory) where name.hasSuffix(".html") {
      count += 1
      let flags = PageFlags.inspect(
        try FileSystem.read(scratch.path(name)), contentType: "text/html", finalURL: "https://a.example/\(name)",
        isRedirected: false)
      for flag in flags { flagged.append("\(name): \(flag.kind): \(flag.reason)") }
    }
    print("flags: \(flagged.count) of \(count) ordinary pages: \(flagged)")
    #expect(count > 100)
    #expect(Double(flagged.count) <= 0.02 * Double(count), "\(flagged)")
  }
}
