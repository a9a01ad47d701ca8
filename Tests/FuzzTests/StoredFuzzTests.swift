import Foundations
import Glibc
import TestSupport
import Testing

@testable import Clustering
@testable import Models
@testable import SearchIndex
@testable import Store
@testable import Tokenization

/// Damaged files of what Sluice and others store: no crash, no hang, and no damage that passes for a whole file.
struct StoredFuzzTests {
  @Test func matrices() throws {
    let scratch = try Scratch()
    func whole(_ type: String, _ rows: Int, _ columns: Int, _ width: Int) -> [UInt8] {
      let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(rows), \(columns)), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        + (0..<(rows * columns * width)).map { UInt8(truncatingIfNeeded: $0 &* 37) & 0x3F }
    }
    let path = scratch.path("m.npy")
    let wholes = [whole("<f4", 12, 8, 4), whole("<f8", 5, 3, 8)]
    let slow = try Fuzz.run("npy", usual: 400, wholes, words: ["(1, ", "-", ", ", "')", "<f8"]) { bytes in
      try FileSystem.writeReplaceable(bytes, to: path)
      let points = try NumPyFile.points(path)
      for value in UnsafeBufferPointer(start: points.values, count: points.count * points.dimensions) {
        #expect(value.isFinite)
      }
      _ = try HDBSCAN(minClusterSize: 2, minSamples: nil, isExact: true, threads: 1).cluster(points)
    }
    #expect(slow.isEmpty)
  }

  @Test(arguments: ["byte-pairs", "roberta", "unigram"])
  func tokenizers(_ name: String) throws {
    let whole = try FileSystem.read(ProjectFiles.fixture("tokenization/\(name).json"))
    let words = ["null", "[]", "{}", "9223372036854775807", "-1", "\"\"", "1e300"]
    let slow = try Fuzz.run("tokenizer-\(name)", usual: 40, seconds: 20, [whole], words: words) { bytes in
      let tokenizer = try Tokenizers.load(bytes: bytes, path: "tokenizer.json")
      _ = tokenizer.encode("A few words, and some more: naïve \u{600}<x> 12345")
    }
    #expect(slow.isEmpty)
  }

  @Test func wordPieces() throws {
    let whole = Array(
      ##"{"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"added_tokens":[{"id":0,"content":"[PAD]"},{"id":9,"content":"[SEP]"}],"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[SEP]"}},{"Sequence":{"id":"A"}}],"special_tokens":{"[SEP]":{"ids":[9]}}},"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"@@","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"ab":1,"@@c":2,"c":3,"é":4}}}"##
        .utf8)
    let slow = try Fuzz.run("wordpiece", usual: 600, [whole], words: ["-1", "null", "9223372036854775807", "##", "[]"])
    {
      let tokenizer = try Tokenizers.load(bytes: $0, path: "tokenizer.json")
      _ = tokenizer.encode("abc é c ab abcabcabc")
    }
    #expect(slow.isEmpty)
  }

  /// The files of an index, one damaged at a time.
  @Test(arguments: ["i.sqlite", "i.vectors", "i.hnsw"])
  func indexes(_ name: String) throws {
    let scratch = try Scratch()
    let path = scratch.path("i.sqlite")
    var random = SeededGenerator(seed: 3)
    var settings = IndexSettings()
    settings.vectorSearch = .hnsw
    settings.efConstruction = 40
    let passport = VectorPassport(["model": "test", "dim": 24])
    let writer = try IndexWriter(path: path, passport: passport, settings: settings)
    var vectors: [[Float]] = []
    for index in 0..<300 {
      let raw = (0..<24).map { _ in Float.random(in: -1...1, using: &random) }
      let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vectors.append(raw.map { $0 / length })
      try writer.insert(
        IndexedChunk(
          id: "c\(index)", digest: Digest(of: "\(index)"), documentID: "d\(index / 10)", text: "gate number \(index)",
          metadata: ["tenth": JSONValue(index % 10)], vector: EmbeddedText(values: vectors[index]).bytes))
    }
    try writer.finish()
    let files = IndexFiles(besides: path)
    let target = name == "i.sqlite" ? files.database : name == "i.vectors" ? files.vectors : files.graph
    let whole = try FileSystem.read(target)
    let slow = try Fuzz.run("index-\(name)", usual: 60, [whole]) { bytes in
      try FileSystem.writeReplaceable(bytes, to: target)
      for mode in [SearchMode.hybrid, .vector] {
        var request = SearchRequest("gate")
        request.mode = mode
        request.vector = vectors[7]
        request.limit = 5
        _ = try Searcher(path: path).search(request)
      }
      for file in try FileSystem.list(scratch.directory) where file.hasPrefix("next") {
        try FileSystem.remove(scratch.path(file))
      }
      guard IndexWriter.canContinue(path, passport: passport) else { return }
      let next = try IndexWriter(
        path: scratch.path("next.sqlite"), passport: passport, settings: settings, former: path)
      try next.finish()
    }
    #expect(slow.isEmpty)
  }

  /// Ledger and packs: `fsck` says what it found, and reading gives the bytes that were put or an error.
  @Test(arguments: ["ledger", "pack", "loose"])
  func stores(_ what: String) throws {
    let scratch = try Scratch()
    let layout = ArtifactLayout(root: scratch.path("artifacts"))
    try layout.create()
    let connection = try Ledger.openForWriting(layout)
    let store = try ObjectStore(layout)
    let recorder = Recorder(connection, store: store)
    var random = SeededGenerator(seed: 5)
    var objects: [Digest: [UInt8]] = [:]
    for count in [0, 20, 500, 4000, 1_100_000] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      objects[try store.put(bytes)] = bytes
    }
    try recorder.record { _ in }
    try recorder.flush()
    try recorder.close()
    let large = try #require(objects.first { $0.value.count > 1_000_000 }).key
    let target =
      what == "ledger" ? layout.ledger : what == "pack" ? layout.pack(1) : layout.loose(large, isCompressed: false)
    // All of the ledger in its file, none in the journal beside it.
    for name in ["-wal", "-shm"] where what == "ledger" && FileSystem.exists(target + name) {
      _ = try ProgramRun.run(
        [
          "python3", "-c",
          "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')", target,
        ], in: scratch.directory)
      try? FileSystem.remove(target + name)
    }
    let whole = try FileSystem.read(target)
    let slow = try Fuzz.run("store-\(what)", usual: 30, [whole]) { bytes in
      try FileSystem.writeReplaceable(bytes, to: target)
      for name in ["-wal", "-shm"] where what == "ledger" { try? FileSystem.remove(target + name) }
      _ = try? Checker(layout).check(repair: false)
      let again = try ObjectStore(layout)
      for (digest, wanted) in objects {
        if let found = try? again.get(digest) { #expect(found == wanted, "damage passed for the object") }
      }
    }
    #expect(slow.isEmpty)
  }
}
