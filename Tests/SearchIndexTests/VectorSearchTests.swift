import CCodes
import Foundations
import Models
import TestSupport
import Testing

@testable import SearchIndex

struct VectorSearchTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func settings(_ search: IndexSettings.VectorSearch, coded: Bool = true) -> IndexSettings {
    var settings = IndexSettings()
    settings.vectorSearch = search
    settings.isCoded = coded
    settings.efConstruction = 60
    return settings
  }

  private func write(
    _ name: String, _ world: VectorWorld, _ indices: some Sequence<Int>, _ settings: IndexSettings
  ) throws -> String {
    let path = scratch.path(name + ".sqlite")
    let writer = try IndexWriter(path: path, passport: world.passport, settings: settings)
    for index in indices { try writer.insert(world.chunk(index)) }
    try writer.finish()
    return path
  }

  private func hits(_ searcher: Searcher, _ vector: [Float], _ filter: String? = nil, limit: Int = 10) throws
    -> [String]
  {
    var request = SearchRequest("")
    request.mode = .vector
    request.vector = vector
    request.limit = limit
    request.filter = try FilterReader.read(filter.map { [$0] } ?? [], fields: try searcher.fields())
    return try searcher.search(request).hits.map(\.chunkID)
  }

  /// A header that tells of another length once unmapped what was not its own.
  @Test func aVectorFileCutShortIsAnErrorWithAdvice() throws {
    let path = try write("cut", VectorWorld(60), 0..<60, settings(.exact))
    let vectors = IndexFiles(besides: path).vectors
    let whole = try FileSystem.read(vectors)
    for length in [0, 100, 4095, 4096, 5000, whole.count - 1] {
      for _ in 0..<8 {
        try FileSystem.writeReplaceable(Array(whole.prefix(length)), to: vectors)
        let error = #expect(throws: SluiceError.self) { try VectorFile(path: vectors) }
        #expect(error?.code == .vectorStoreError && error?.advice.isEmpty == false)
      }
    }
    try FileSystem.writeReplaceable(whole + [0], to: vectors)
    #expect(throws: SluiceError.self) { try VectorFile(path: vectors) }
  }

  @Test func codesBoundWhatTheyLose() {
    let world = VectorWorld(200, dimensions: 100)
    let stride = codes_stride(100)
    #expect(stride == 144)
    for (a, b) in zip(world.vectors, world.vectors.dropFirst()) {
      var first = [UInt8](repeating: 0, count: stride)
      var second = first
      #expect(codes_is_live(first, 100) == 0)
      codes_encode(a, 100, &first)
      codes_encode(b, 100, &second)
      #expect(codes_is_live(first, 100) == 1)
      let exact = zip(a, b).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      #expect(abs(codes_dot(first, second, 100) - exact) < 0.02)
      #expect(codes_dot(first, second, 100) == codes_dot(second, first, 100))
      for kernel in ["portable", "avx2", "avx512vnni"] {
        var result: Float = 0
        guard codes_dot_by(kernel, first, second, 100, &result) == 1 else { continue }
        #expect(result == codes_dot(first, second, 100), "\(kernel)")
      }
    }
    #expect(["avx512vnni", "avx2", "portable"].contains(String(cString: codes_kernel())))
  }

  @Test(arguments: [true, false]) func exactSearchIsExact(_ coded: Bool) throws {
    let world = VectorWorld(1500)
    let searcher = try Searcher(path: try write("e", world, 0..<1500, settings(.exact, coded: coded)))
    #expect(searcher.info.certificate["recall_at_10"]?.double == 1)
    #expect(searcher.info.certificate["search"] == "exact")
    for query in VectorWorld(20, seed: 9).vectors {
      #expect(try hits(searcher, query) == world.nearest(query, 10))
      #expect(try hits(searcher, query, "tenth=3") == world.nearest(query, 10) { $0 % 10 == 3 })
    }
  }

  @Test func identicalVectorsAreOrderedByID() throws {
    var world = VectorWorld(3)
    let path = scratch.path("same.sqlite")
    let writer = try IndexWriter(path: path, passport: world.passport)
    for index in (0..<60).reversed() {
      var chunk = world.chunk(0)
      chunk.id = "x#" + String(100 + index)
      try writer.insert(chunk)
    }
    try writer.finish()
    let found = try hits(try Searcher(path: path), world.vectors[0], limit: 7)
    #expect(found == (0..<7).map { "x#\(100 + $0)" })
    world = VectorWorld(0)
    #expect(world.vectors.isEmpty)
  }

  @Test(arguments: [true, false]) func theGraphFindsNearlyAllAndSaysSo(_ coded: Bool) throws {
    let world = VectorWorld(2050)
    var settings = settings(.hnsw, coded: coded)
    settings.filterFields = ["tenth"]
    let path = try write("g", world, 0..<2000, settings)
    let searcher = try Searcher(path: path)
    let certificate = searcher.info.certificate
    #expect(certificate["search"] == "hnsw" && certificate["questions"] == 200 && certificate["unreachable"] == 0)
    #expect((certificate["recall_at_10"]?.double ?? 0) >= 0.99)
    #expect(certificate["filters"]?.array?.count == 4)
    #expect(try JSONValue(parsing: FileSystem.read(scratch.path("g.recall.json"))).object == certificate)
    var found = 0
    for query in world.vectors.suffix(50) {
      let truth = Set(world.nearest(query, 10) { $0 < 2000 })
      found += try hits(searcher, query).count { truth.contains($0) }
      #expect(try hits(searcher, query, "owner=u5") == world.nearest(query, 10) { $0 < 2000 && $0 % 97 == 5 })
    }
    #expect(found >= 490)
  }

  @Test func aWalkUnderAFilterFindsWhatPassesOrGivesUp() throws {
    let world = VectorWorld(2050)
    let settings = settings(.hnsw)
    let path = try write("w", world, 0..<2000, settings)
    let info = try Searcher(path: path).info
    let graph = try #require(
      VectorGraph(
        path: scratch.path("w.hnsw"), VectorGraph.settings(settings, dimensions: world.dimensions), token: info.token))
    let file = try VectorFile(path: scratch.path("w.vectors"))
    // Every third, every tenth, every hundredth chunk; numbers begin at 1.
    for step in [3, 10, 100] {
      let allowed = NumberSet((0..<2000).filter { $0 % step == 1 }.map { $0 + 1 })
      var found = 0
      for query in world.vectors.suffix(50) {
        let rows = try #require(graph.nearest(query, isCoded: true, ef: 100, among: allowed, budget: 0))
        #expect(rows.allSatisfy { allowed.contains($0) } && Set(rows).count == rows.count)
        let exact = try file.nearest(query, depth: 10, among: allowed).map(\.row)
        found += Set(rows).intersection(exact).count
      }
      #expect(found >= 485, "every \(step)th: \(found)")
      #expect(graph.nearest(world.vectors[0], isCoded: true, ef: 100, among: allowed, budget: 50) == nil)
    }
    #expect(graph.nearest(world.vectors[0], isCoded: true, ef: 10, among: NumberSet(), budget: 0) == [])
    // A search goes over to looking at all that pass, where these are few.
    let search = VectorSearch(file: file, graph: graph, ef: info.ef)
    let few = try search.nearest(world.vectors[2001], depth: 10, among: NumberSet([5, 9, 70]))
    #expect(few.way == .exactOfFiltered && few.rows.map(\.row).sorted() == [5, 9, 70])
    #expect(try search.nearest(world.vectors[2001], depth: 10, among: nil).way == .graph)
  }

  @Test func anUpdatedGraphHoldsWhatTheIndexHoldsAndNothingElse() throws {
    let world = VectorWorld(1180)
    let former = try write("f", world, 0..<1000, settings(.hnsw))
    let path = scratch.path("u.sqlite")
    func update(_ path: String) throws -> IndexInfo {
      let writer = try IndexWriter(
        path: path, passport: world.passport, settings: settings(.hnsw), former: former)
      for index in 100..<200 { try writer.remove(id: world.id(index)) }
      for index in 1000..<1150 { try writer.insert(world.chunk(index)) }
      return try writer.finish()
    }
    let info = try update(path)
    #expect(info.chunks == 1050 && info.vectors == 1050)
    #expect(info.certificate["graph"] == "updated" && info.certificate["unreachable"] == 0)
    let searcher = try Searcher(path: path)
    let isThere = { (index: Int) in !(100..<200).contains(index) && index < 1150 }
    var found = 0
    for query in world.vectors.suffix(30) {
      let got = try hits(searcher, query)
      found += Set(got).intersection(world.nearest(query, 10, among: isThere)).count
    }
    #expect(found >= 294)
    // Nothing of a vector that went is left, neither its floats nor its codes.
    for index in [100, 150, 199] {
      var record = [UInt8](repeating: 0, count: codes_stride(world.dimensions))
      codes_encode(world.vectors[index], world.dimensions, &record)
      let codes = Array(record.prefix(world.dimensions))
      let floats = Array(world.chunk(index).vector!.prefix(64))
      #expect(ByteSearch.range(of: codes, in: try FileSystem.read(scratch.path("f.hnsw"))) != nil)
      for ending in ["sqlite", "vectors", "hnsw"] {
        let bytes = try FileSystem.read(scratch.path("u.\(ending)"))
        #expect(ByteSearch.range(of: codes, in: bytes) == nil)
        #expect(ByteSearch.range(of: floats, in: bytes) == nil)
      }
    }
    // The same difference gives the same bytes.
    _ = try update(scratch.path("v.sqlite"))
    for ending in ["sqlite", "vectors", "hnsw"] {
      #expect(
        try FileSystem.read(scratch.path("u.\(ending)")) == (try FileSystem.read(scratch.path("v.\(ending)"))))
    }
  }

  @Test func aGraphThatLostTooMuchIsBuiltAnew() throws {
    let world = VectorWorld(600)
    let former = try write("f", world, 0..<600, settings(.hnsw))
    let writer = try IndexWriter(
      path: scratch.path("u.sqlite"), passport: world.passport, settings: settings(.hnsw), former: former)
    for index in 0..<300 { try writer.remove(id: world.id(index)) }
    #expect(try writer.finish().certificate["graph"] == "built")
  }

  @Test func aDamagedGraphCostsTimeAndNoAnswers() throws {
    let world = VectorWorld(800)
    let path = try write("d", world, 0..<800, settings(.hnsw))
    let graph = scratch.path("d.hnsw")
    let bytes = try FileSystem.read(graph)
    var generator = SeededGenerator(seed: 4)
    for round in 0..<30 {
      var damaged = bytes
      switch round {
      case 0: damaged = []
      case 1: damaged = Array(bytes.prefix(5000))
      case 2: damaged[20] ^= 1
      default:
        // Links that lead nowhere, and worse.
        for _ in 0..<2000 {
          damaged[Int.random(in: 4096..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      try FileSystem.writeAtomically(damaged, to: graph)
      let searcher = try Searcher(path: path)
      let found = try hits(searcher, world.vectors[round])
      #expect(found.count == 10)
      if round < 3 { #expect(found == world.nearest(world.vectors[round], 10)) }
    }
    // An update does not build on it.
    let writer = try IndexWriter(
      path: scratch.path("n.sqlite"), passport: world.passport, settings: settings(.hnsw), former: path)
    try writer.remove(id: world.id(0))
    #expect(try writer.finish().certificate["graph"] == "built")
  }

  @Test func vectorsOfAnotherBuildAreRefused() throws {
    let world = VectorWorld(60)
    let path = try write("a", world, 0..<50, settings(.auto))
    let other = try write("b", world, 10..<60, settings(.auto))
    try FileSystem.remove(scratch.path("a.vectors"))
    try FileSystem.writeAtomically(try FileSystem.read(scratch.path("b.vectors")), to: scratch.path("a.vectors"))
    let error = #expect(throws: SluiceError.self) { try hits(try Searcher(path: path), world.vectors[0]) }
    #expect(error?.code == .vectorStoreError)
    #expect(!IndexWriter.canContinue(path, passport: world.passport))
    #expect(IndexWriter.canContinue(other, passport: world.passport))
    try FileSystem.writeAtomically(
      Array(try FileSystem.read(scratch.path("b.vectors")).dropLast(9)), to: scratch.path("b.vectors"))
    #expect(throws: SluiceError.self) { try hits(try Searcher(path: other), world.vectors[0]) }
  }

  @Test func aBuildThatFindsTooLittleFails() throws {
    // Random directions and a graph of few links: little is found.
    var settings = settings(.hnsw)
    settings.links = 4
    settings.efConstruction = 4
    settings.minRecall = 1
    let world = VectorWorld(4000, dimensions: 96, clusters: 4000)
    let error = #expect(throws: SluiceError.self) { try write("r", world, 0..<4000, settings) }
    #expect(error?.code == .vectorStoreError)
    #expect(error?.message.contains("of the ten nearest chunks, 100.0 % are asked for") == true)
  }
}
