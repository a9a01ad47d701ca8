import Foundations
import Glibc
import SQLite
import TestSupport
import Testing

@testable import Store

@Suite struct ObjectStoreTests {
  @Test func everySizeComesBack() throws {
    let world = try StoreWorld()
    var objects: [Digest: [UInt8]] = [:]
    for count in [0, 1, 63, 64, 1000, (1 << 20) - 1, 1 << 20, 1_300_000] {
      for bytes in [[UInt8](repeating: 7, count: count), StoreWorld.noise(count, seed: UInt64(count))] {
        let digest = try world.store.put(bytes)
        #expect(digest == Digest(of: bytes))
        objects[digest] = bytes
        #expect(try world.store.get(digest) == bytes, "at once")
      }
    }
    try world.commit()
    let again = try ObjectStore(world.layout)
    for (digest, bytes) in objects {
      #expect(try again.get(digest) == bytes)
      #expect(try again.contains(digest))
      #expect(try FileSystem.read(again.path(of: digest)) == bytes)
    }
    // What is there is not written again.
    let before = try FileSystem.list(world.layout.packs).map {
      try FileSystem.status("\(world.layout.packs)/\($0)")?.size
    }
    for bytes in objects.values { _ = try again.put(bytes) }
    #expect(
      try FileSystem.list(world.layout.packs).map { try FileSystem.status("\(world.layout.packs)/\($0)")?.size }
        == before)
    try world.recorder.close()
  }

  @Test func whatIsMissingOrDamagedIsSaid() throws {
    let world = try StoreWorld()
    #expect(throws: SluiceError.self) { try world.store.get(Digest(of: "never put")) }
    #expect(try world.store.contains(Digest(of: "never put")) == false)
    let small = try world.store.put(StoreWorld.noise(500, seed: 1))
    let large = try world.store.put(StoreWorld.noise(1_400_000, seed: 2))
    try world.commit()
    for path in [world.layout.pack(1), world.layout.loose(large, isCompressed: false)] {
      var bytes = try FileSystem.read(path)
      bytes[100] ^= 1
      try FileSystem.writeReplaceable(bytes, to: path)
    }
    let again = try ObjectStore(world.layout)
    for digest in [small, large] {
      let error = #expect(throws: SluiceError.self) { try again.get(digest) }
      #expect(error?.code == .corrupt)
    }
    try world.recorder.close()
  }

  @Test func puttingWithoutRecordingDoesNotWaitForEver() throws {
    let world = try StoreWorld()
    var last = Digest(of: "")
    for number in 0..<700 {
      last = try world.store.put([UInt8](repeating: UInt8(number % 251), count: 200_000 - number))
    }
    try world.commit()
    #expect(try ObjectStore(world.layout).contains(last))
    try world.recorder.close()
  }

  @Test func entriesAreCommittedInOrderAndTogetherWithTheirObjects() throws {
    let world = try StoreWorld()
    for number in 0..<300 {
      let digest = try world.store.put(StoreWorld.noise(100, seed: UInt64(number)))
      try world.recorder.record(LedgerEntries.cache(Digest(of: "key"), digest.bytes, run: number))
    }
    try world.recorder.flush()
    let connection = try Ledger.openForReading(world.layout)
    #expect(try connection.first("SELECT run FROM cache") { $0.int(0) } == 299)
    #expect(try connection.first("SELECT count(*) FROM objects") { $0.int(0) } == 300)
    try world.recorder.close()
  }

  @Test func aFailedEntryStopsTheRecordingAndSaysSo() throws {
    let world = try StoreWorld()
    try world.recorder.record(LedgerEntries.cache(Digest(of: "good"), [1], run: 1))
    try world.recorder.flush()
    try world.recorder.record { connection in
      try LedgerEntries.cache(Digest(of: "half"), [1], run: 2)(connection)
      throw SluiceError(.system, "the disk is gone")
    }
    #expect(throws: SluiceError(.system, "the disk is gone")) { try world.recorder.flush() }
    #expect(throws: SluiceError.self) { try world.recorder.record { _ in } }
    #expect(throws: SluiceError.self) { try world.store.put([1, 2, 3]) }
    #expect(throws: SluiceError.self) { try world.recorder.close() }
    // The transaction was rolled back as a whole.
    #expect(try Ledger.openForReading(world.layout).first("SELECT count(*) FROM cache") { $0.int(0) } == 1)
  }

  @Test func aLeaseIsHeldByOne() throws {
    let world = try StoreWorld()
    #expect(Lease.holder(pipeline: "p", layout: world.layout) == nil)
    do {
      let lease = try Lease.acquire(pipeline: "p", layout: world.layout)
      defer { withExtendedLifetime(lease) {} }
      let error = #expect(throws: SluiceError.self) { try Lease.acquire(pipeline: "p", layout: world.layout) }
      #expect(error?.code == .busy)
      #expect(error?.message.contains("process \(getpid())") == true)
      #expect(Lease.holder(pipeline: "p", layout: world.layout)?["pid"]?.int == Int(getpid()))
      _ = try Lease.acquire(pipeline: "q", layout: world.layout)
      let shared = [
        try Lease.sweeping(layout: world.layout, alone: false), try Lease.sweeping(layout: world.layout, alone: false),
      ]
      #expect(throws: SluiceError.self) { try Lease.sweeping(layout: world.layout, alone: true) }
      withExtendedLifetime(shared) {}
    }
    _ = try Lease.acquire(pipeline: "p", layout: world.layout)
    _ = try Lease.sweeping(layout: world.layout, alone: true)
  }

  @Test func stageNamesBecomeFileNames() {
    func name(_ stage: String) -> String { ArtifactLayout.fileName(ofStage: stage) }
    #expect(name("chunk") == "chunk")
    #expect(name("up@a.b") == "up@a.b")
    for stage in ["f@https://a.example/x", "f@../../x", "f@a/b", "f@" + String(repeating: "ä", count: 500)] {
      #expect(!name(stage).contains("/") && name(stage).utf8.count < 255 && name(stage).hasPrefix("f@"))
    }
    #expect(name("f@a/b") != name("f@a:b"))
  }
}
