import Foundations
import Glibc
import TestSupport
import Testing

/// A run that is killed while it publishes, with three kinds of readers at it: each answer comes from one whole
/// generation.
@Suite(.serialized) struct PublicationKillTests {
  /// How many; `SLUICE_PUBLICATION_KILLS=200` for more.
  private static let wanted = Environment["SLUICE_PUBLICATION_KILLS"].flatMap(Int.init) ?? 60

  private static let pipeline = """
    pipeline: p
    guard: {max_vanish: 100%}
    stages:
      src:   {uses: import, with: {path: docs.jsonl}}
      chunk: {uses: filter, needs: src, publish: true}
      index: {uses: index, needs: chunk}
      one:   {run: "cat {input} > {output}", needs: chunk}
      two:   {run: "cat {input} > {output}", needs: chunk}
    """

  /// Asks in a loop and prints what it saw: each line is an answer, `whole N` or `MIXED …`.
  private static let reader = #"""
    import os, re, sqlite3, sys
    root = 'artifacts/published/p'
    def marks(text): return set(re.findall(r'generation(\d+)mark', text))
    def files():
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            found = set()
            for name in ('one', 'two'):
                part = os.open(name + '/output', os.O_RDONLY, dir_fd=folder)
                with os.fdopen(part) as f: found |= marks(f.read())
            return found
        finally: os.close(folder)
    def database():
        db = sqlite3.connect('file:%s/index/index.sqlite?mode=ro&immutable=1' % os.path.realpath(root), uri=True)
        try: return marks(' '.join(r[0] for r in db.execute('SELECT text FROM chunks')))
        finally: db.close()
    while not os.path.exists('stop'):
        for ask in (files, database):
            try: found = ask()
            except FileNotFoundError as e: print('GONE', ask.__name__, e, flush=True); continue
            print('whole' if len(found) == 1 else 'MIXED', ask.__name__, sorted(found), flush=True)
    """#

  private func fill(_ world: World, _ version: Int) throws {
    try world.write(
      "docs.jsonl",
      (0..<40).map {
        "{\"id\":\"d#\($0)\",\"document_id\":\"d\",\"text\":\"generation\(version)mark text \($0)\",\"element_type\":\"text\"}\n"
      }.joined())
  }

  @Test(.timeLimit(.minutes(20))) func eachAnswerComesFromOneWholeGeneration() throws {
    let world = try World(["pipelines/p.yaml": Self.pipeline, "reader.py": Self.reader])
    try fill(world, 0)
    let first = try world.run()
    try #require(first.exitCode == 0, "\(first.errors) \(first.result)")
    let reader = try RunningProgram(["python3", "reader.py"], in: world.directory, environment: [:])
    var random = SystemRandomNumberGenerator()
    var kills = 0
    var version = 0
    var length = 0.2
    var answers = 0
    while kills < Self.wanted {
      version += 1
      try fill(world, version)
      let running = try world.start("run", "--quiet")
      // Publication is the end of a run.
      usleep(UInt32(clamping: UInt64(clamping: length * 1e6 * Double.random(in: 0.4...1.05, using: &random))))
      running.killGroup()
      if try running.wait().exitCode == nil {
        kills += 1
        length *= 1.01
      } else {
        length *= 0.97
      }
      guard version % 3 == 0 else { continue }
      // What search says, between two runs.
      let found = try world.sluice("search", "--mode", "text", "-k", "40", "--json", "text")
      let marks = Set(found.output.matches(of: /generation(\d+)mark/).map { String($0.output.1) })
      #expect(found.exitCode == 0 && marks.count == 1, "\(found.errors) \(marks)")
      answers += 1
    }
    try world.write("stop", "")
    let seen = try reader.wait().output.split(separator: "\n")
    let wrong = seen.filter { !$0.hasPrefix("whole") }
    #expect(wrong.isEmpty, "\(wrong.count) of \(seen.count): \(wrong.prefix(3))")
    #expect(seen.count > 100 && answers > 5, "\(seen.count) answers of readers, \(answers) of searches")
    #expect(Set(seen).count > 4, "the readers saw generations come: \(Set(seen).count)")
    #expect(try world.run().exitCode == 0)
    let published = try world.published("p")
    #expect(String(decoding: published["one/output"] ?? [], as: UTF8.self).contains("generation\(version)mark"))
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.run().didNoWork)
  }
}
