import Foundations
import Glibc
import TestSupport
import Testing

/// What came over the network, or was paid for, and is to be forgotten.
@Suite struct ForgetWebTests {
  private static let name = "roe-the-heron.html"

  private func page(_ number: Int) -> String {
    "<!DOCTYPE html><html><head><title>Page \(number)</title></head><body><h1>Page \(number)</h1>"
      + "<p>Boats of the year \(1900 + number) go through the lock.</p></body></html>"
  }

  private func sitemap(_ server: NginxServer, _ names: [String]) -> [UInt8] {
    let entries = names.map { "<url><loc>\(server.url)/\($0)</loc></url>" }.joined()
    return Array("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\(entries)</urlset>".utf8)
  }

  /// It is listed by the site as ever, and asked for no more.
  @Test func aPageDoesNotComeBackWithTheNextFetch() throws {
    let server = try NginxServer()
    for number in 0..<4 { try server.write("\(number).html", Array(page(number).utf8)) }
    let secret = page(9).replacing("Boats", with: "The purple heron keeps the key of the boathouse. Boats")
    try server.write(Self.name, Array(secret.utf8))
    let names = (0..<4).map { "\($0).html" } + [Self.name]
    try server.write("sitemap.xml", sitemap(server, names))
    let options = "allow_private: true, robots: false, backoff: 20ms"
    let world = try World(
      stages: """
        list:  {uses: sitemap, with: {url: "\(server.url)/sitemap.xml", refresh: 0s, \(options)}}
        fetch: {uses: fetch, needs: list, with: {refresh: 0s, record: artifacts/recorded, \(options)}}
        parse: {uses: parse, needs: fetch}
        keep:  {uses: filter, needs: parse, publish: true}
        """, of: "p")
    try #require(world.run().exitCode == 0)
    let marks = [Self.name, "purple heron", "key of the boathouse"]
    #expect(try !ForgetWorld.traces(in: world, marks).isEmpty)
    let done = try world.sluice("forget", "\(server.url)/\(Self.name)")
    #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
    #expect(done.output.contains("Left out of what is known of list."), "\(done.output)")
    #expect(try ForgetWorld.traces(in: world, marks) == "")
    let asked = server.accesses.count { $0.contains(Self.name) }
    try server.write("5.html", Array(page(5).utf8))
    try server.write("sitemap.xml", sitemap(server, names + ["5.html"]))
    let run = try world.run("--force", "list", "--force", "fetch")
    #expect(run.exitCode == 0 && run.stage("list")["outputs"] == 5, "\(run.result)")
    #expect(server.accesses.count { $0.contains(Self.name) } == asked, "it is not asked for")
    #expect(try ForgetWorld.traces(in: world, marks) == "")
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  /// The answer of a model that was made of it goes with it; what it cost stays.
  @Test func whatAModelSaidOfItGoesAndWhatItCostStays() throws {
    let server = try ModelServer()
    let world = try ForgetWorld.make(
      stages: """
        src:   {uses: import, with: {path: "docs/*.md"}}
        parse: {uses: parse, needs: src}
        chunk: {uses: chunk, needs: parse, with: {max_tokens: 64, overlap: 0, min_tokens: 0}}
        index: {uses: index, needs: chunk}
        about: {uses: analyze, needs: index, with: {dimensions: dimensions.yaml, subject: herons, provider: writer}}
        """)
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    try world.write(
      "providers.yaml",
      "providers:\n  writer: {kind: openai, model: talker, base_url: \"\(server.url)\", prices: {input: 1, output: 100}}\n"
    )
    try world.write("dimensions.yaml", "dimensions:\n  keys: {title: Keys, question: Where is the key of the heron?}\n")
    let first = try world.run()
    #expect(first.exitCode == 0, "\(first.result)")
    let audit = try FileSystem.list(world.path("artifacts/audit")).map { "artifacts/audit/\($0)" }
    let before = try world.read(try #require(audit.first)).split(separator: "\n").map {
      try JSONValue(parsing: String($0))
    }
    #expect(before.contains { $0.canonicalText.contains("purple heron") })
    let done = try world.sluice("forget", ForgetWorld.id)
    #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
    #expect(try ForgetWorld.traces(in: world) == "")
    let after = try world.read(audit[0]).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    #expect(after.map { $0["cost_usd"] } == before.map { $0["cost_usd"] })
    #expect(after.map { $0["prompt_tokens"] } == before.map { $0["prompt_tokens"] })
    #expect(after.contains { $0["prompt"] == "(forgotten)" })
    // What had to ask the model is made anew by the next run, which may.
    #expect(try world.run().exitCode == 0)
    #expect(try ForgetWorld.traces(in: world) == "")
  }
}
