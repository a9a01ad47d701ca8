import Foundations
import Glibc
import TestSupport

/// A world with a bit of everything that writes: a source, item stages, a collection stage with files
/// large enough to be objects of their own, published files.
struct FaultWorld {
  static let pipeline = """
    pipeline: w
    stages:
      src:    {uses: import, with: {path: "in/*.txt"}}
      lean:   {uses: filter, needs: src, with: {drop: [bytes]}, publish: true}
      upper:  {run: "tr a-z A-Z", needs: src, with: {mode: item}}
      big:    {run: "for i in 1 2 3 4 5 6 7 8; do cat {input}/*; done > {output}", needs: upper}
      count:  {run: "cat {input}/* | wc -l", needs: src}
    """

  static let settings = ["pipelines/w.yaml": pipeline]

  /// The same with a site that is crawled, a feed that remembers and a sitemap, all asked in every run.
  static func settings(with site: NginxServer) -> [String: String] {
    let access = "refresh: 0s, allow_private: true, robots: false, backoff: 10ms"
    return [
      "pipelines/w.yaml": pipeline + "\n"
        + """
          crawl: {uses: crawl, with: {url: "\(site.url)/site/index.html", \(access)}, publish: true}
          feed:  {uses: feed, with: {url: "\(site.url)/feed.xml", \(access)}, publish: true}
          map:   {uses: sitemap, with: {url: "\(site.url)/sitemap.xml", \(access)}, publish: true}
          text:  {run: "cat {input}/* > {output}", needs: crawl}
        """.split(separator: "\n").map { "  " + $0.drop { $0 == " " } }.joined(separator: "\n") + "\n"
    ]
  }

  /// Puts the site's pages of a version in place, with times that are the same whenever that is done: they are part of
  /// what is recorded.
  static func fill(_ site: NginxServer, version: Int) throws {
    let names = (0..<6).map { "p\($0)" }.filter { $0 != "p\(5 + version)" }
    var pages = ["site/index.html": names.map { "<a href='\($0).html'>\($0)</a>" }.joined()]
    for name in names { pages["site/\(name).html"] = "<p>page \(name), version \(name == "p2" ? version : 0)</p>" }
    for (name, body) in pages { pages[name] = "<html><body>\(body)</body></html>" }
    let newest = names.dropFirst(version).prefix(3).map { "\(site.url)/site/\($0).html" }
    pages["feed.xml"] =
      "<rss version=\"2.0\"><channel><title>t</title>"
      + newest.map { "<item><title>\(Path.name($0))</title><link>\($0)</link></item>" }.joined() + "</channel></rss>"
    pages["sitemap.xml"] =
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
      + names.map { "<url><loc>\(site.url)/site/\($0).html</loc></url>" }.joined() + "</urlset>"
    for (name, text) in pages {
      try site.write(name, Array(text.utf8))
      var times = [timeval](repeating: timeval(tv_sec: 1_700_000_000 + version, tv_usec: 0), count: 2)
      guard utimes(site.directory + "/www/" + name, &times) == 0 else { throw FileSystem.systemError("touch", name) }
    }
  }

  /// A world with the first version of its files.
  static func filled() throws -> World {
    let world = try World(settings)
    try fill(world, version: 0)
    world.settle()
    return world
  }

  /// Twelve files of a few KB each; `version` changes some of them.
  static func fill(_ world: World, version: Int) throws {
    for number in 10..<22 {
      let word = number % 7 == version % 7 ? "version \(version)" : "text"
      try world.write("in/\(number).txt", String(repeating: "\(word) of \(number)\n", count: 300))
    }
    if version > 0 { try world.remove("in/\(10 + version).txt") }
  }

  /// What is published after an undisturbed run of each version, one after the other.
  static func undisturbed(versions: Int, site: NginxServer? = nil) throws -> [[String: [UInt8]]] {
    let world = try World(site.map { settings(with: $0) } ?? settings)
    return try (0..<versions).map { version in
      try fill(world, version: version)
      if let site { try fill(site, version: version) }
      let run = try world.run()
      guard run.exitCode == 0 else { throw SluiceError(.system, "the undisturbed run failed: \(run.errors)") }
      return try world.published("w")
    }
  }
}
