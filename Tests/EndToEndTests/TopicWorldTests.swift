import Foundations
import Glibc
import TestSupport
import Testing

/// Topics over several nights with the real program and the real model: ids, history, kills, `sluice topics`.
@Suite struct TopicWorldTests {
  private static let pipeline = """
    pipeline: news
    stages:
      rows:    {uses: import, with: {path: posts.jsonl}}
      posts:   {run: "cat {input}", needs: rows, with: {mode: whole, output: jsonl, output_type: chunk}}
      embed:   {uses: embed, needs: posts}
      index:   {uses: index, needs: embed}
      cluster: {uses: cluster, needs: embed, with: {min_cluster_size: 4, min_samples: 1, engagement: [votes], date: posted}}
    """

  private static let topics: [String: [String]] = [
    "bread": [
      "The baker kneads the bread dough and lets it rest.", "Bread dough needs flour, water and salt.",
      "A baker bakes bread from sourdough every morning.",
      "Fresh bread with a brown crust comes from the baker's oven.",
      "Rye bread dough is heavier than wheat bread dough.", "The bread rises in the oven of the baker.",
    ],
    "stars": [
      "The telescope shows stars in a distant galaxy.", "Astronomers watch stars with a large telescope.",
      "A galaxy holds billions of stars.", "Through the telescope the astronomer saw a new star.",
      "Stars of the galaxy are measured with a space telescope.", "The astronomer pointed the telescope at the stars.",
    ],
    "chess": [
      "White moves the queen and gives check in the chess game.", "The chess player sacrificed a rook to win the game.",
      "A chess opening with the queen's pawn.", "In chess the king must leave check at once.",
      "The chess grandmaster offered a draw in the endgame.",
      "Her bishop pinned the knight, and the chess game was won.",
    ],
  ]

  private func write(_ world: World, _ names: [String], without left: Set<String> = [], more: [String] = []) throws {
    var lines: [String] = []
    for name in names {
      for (number, text) in (Self.topics[name] ?? []).enumerated() where !left.contains("\(name)-\(number)") {
        lines.append(
          "{\"id\":\"\(name)-\(number)\",\"text\":\"\(text)\",\"votes\":\(number),\"posted\":\"2026-11-\(10 + number)\"}"
        )
      }
    }
    for (number, text) in more.enumerated() { lines.append("{\"id\":\"more-\(number)\",\"text\":\"\(text)\"}") }
    try world.write("posts.jsonl", lines.map { $0 + "\n" }.joined())
  }

  private func world() throws -> World {
    let world = try World(["pipelines/news.yaml": Self.pipeline])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    return world
  }

  private func topics(_ world: World) throws -> [JSONValue] {
    let run = try world.sluice("topics", "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    return run.json?["topics"]?.array ?? []
  }

  private func topic(_ world: World, _ word: String) throws -> JSONValue {
    try #require(try topics(world).first { "\($0["terms"] ?? "")".contains(word) }, "no topic of \(word)")
  }

  @Test func aTrialChangesNothingOfTheHistory() throws {
    let world = try world()
    try write(world, ["bread", "stars"])
    #expect(try world.run().exitCode == 0)
    try write(world, ["bread", "stars", "chess"])
    #expect(try world.run().exitCode == 0)
    let before = try world.published("news")
    let ids = try topics(world).map { $0["id"]?.string }
    for trial in ["cluster.min_cluster_size=3", "embed.document_prefix=passage: ", "cluster.min_cluster_size=6"] {
      #expect(try world.run("--set", trial, "--allow-vanish").exitCode == 0, "\(trial)")
    }
    #expect(try world.run("--allow-vanish").exitCode == 0)
    #expect(try topics(world).map { $0["id"]?.string } == ids)
    #expect(try world.published("news").keys.sorted() == before.keys.sorted())
    #expect(try world.published("news")["cluster/lineage.json"] == before["cluster/lineage.json"])
  }

  @Test func topicsLiveFromNightToNight() throws {
    let world = try world()
    try write(world, ["bread", "stars"])
    let cold = try world.run()
    try #require(cold.exitCode == 0, "\(cold.result) \(cold.errors)")
    let bread = try topic(world, "bread")["id"]
    let stars = try topic(world, "telescope")["id"]
    #expect(bread != stars)
    #expect(try world.run().didNoWork)
    // The same again by force is no new night, and to the byte what it was.
    let published = try world.published("news")
    _ = try world.run("--force", "cluster")
    #expect(try world.published("news") == published)

    // The second night: one leaves, a topic comes; the run is killed on its way, several times.
    try write(world, ["bread", "stars", "chess"], without: ["bread-0", "stars-3"])
    world.settle()
    for moment in [20_000, 200_000, 450_000, 700_000] as [UInt32] {
      let running = try world.start("run", "--quiet")
      usleep(moment)
      running.killGroup()
      _ = try running.wait()
    }
    #expect(try world.run().exitCode == 0)
    #expect(try topic(world, "bread")["id"] == bread)
    #expect(try topic(world, "telescope")["id"] == stars)
    let chess = try topic(world, "chess")
    #expect(chess["change"] == "born" && chess["born"] == 1 && chess["came"] == 6, "\(chess)")
    let nights = try world.sluice("topics", "--json").json?["nights"]?.array ?? []
    #expect(nights.count == 2 && nights.last?["born"] == 1 && nights.last?["continued"] == 2, "\(nights)")
    #expect(nights.last?["date"] == "2026-11-15")
    #expect(try world.run().didNoWork)

    // Other names for topics are another key, but not another topic: nothing is born.
    #expect(try world.run("--set", "cluster.terms=3").done("cluster") == 1)
    #expect(try topic(world, "bread")["id"] == bread)
    #expect(try world.sluice("topics", "--json").json?["nights"]?.array?.count == 2)

    // A topic dies; what it was can still be asked.
    try write(world, ["bread", "chess"])
    #expect(try world.run("--allow-vanish").exitCode == 0)
    #expect(try !topics(world).contains { $0["id"] == stars })
    let gone = try world.sluice("topics", "--topic", stars?.string ?? "")
    #expect(gone.exitCode == 0 && gone.output.contains("died"), "\(gone.output) \(gone.errors)")
    try looks(world, bread?.string ?? "")
  }

  /// What people see.
  private func looks(_ world: World, _ bread: String) throws {
    let list = try world.sluice("topics")
    #expect(
      list.output.contains("bread") && list.output.contains("map.html") && list.output.contains("█"), "\(list.output)")
    let one = try world.sluice("topics", "--topic", bread)
    #expect(one.output.contains("born 2026-11-15") && one.output.contains("Terms:"), "\(one.output)")
    let wrong = try world.sluice("topics", "--topic", bread + "x")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("Did you mean \(bread)?"), "\(wrong.errors)")
    let asked = try world.sluice("topics", "how is a loaf made", "--json")
    let first = try #require(asked.json?["topics"]?.array?.first, "\(asked.errors)")
    let nearest = first["hits"]?.array?.first?["chunk_id"]?.string ?? ""
    #expect(nearest.hasPrefix("bread"))
    let unknown = try world.sluice("topics", "indx", "how is a loaf made")
    #expect(unknown.exitCode == 2 && unknown.errors.contains("There are: index."), "\(unknown.errors)")
  }

  @Test func vectorsOfAFileAreClustered() throws {
    let world = try World()
    // Two directions, by hand: numpy's format 1.0.
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (12, 2), }"
    header += String(repeating: " ", count: 118 - header.utf8.count - 1) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    for number in 0..<12 {
      let row: [Float] = number % 2 == 0 ? [1, Float(number) * 0.01] : [Float(number) * 0.01, 1]
      bytes += row.withUnsafeBytes { Array($0) }
    }
    try world.write("v.npy", bytes)
    let labels = Array(repeating: "0\n1\n", count: 6).joined()
    #expect(try world.sluice("cluster", "v.npy").output == labels)
    #expect(try world.sluice("cluster", "v.npy", "--approximate").output == labels)
    #expect(try world.sluice("cluster", "v.npy", "--method", "kmeans", "--k", "2").output == labels)
    let whole = try world.sluice("cluster", "v.npy", "--json").json
    #expect(whole?["clusters"] == 2 && whole?["outlier_scores"]?.array?.count == 12)
    let wrong = try world.sluice("cluster", "v.npy", "--method", "hdbscn")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("Did you mean hdbscan?"))
    try world.write("v.npy", Array(bytes.dropLast(3)))
    #expect(try world.sluice("cluster", "v.npy").errors.contains("cut off"))
  }
}
