import Foundations
import TestSupport
import Testing

@testable import Store

@Suite struct DatasetTests {
  private func random(_ count: Int, _ random: inout SeededGenerator) -> [(String, Digest)] {
    (0..<count).map { _ in
      let id =
        ["", "ä", "doc#", "é", "e\u{301}"].randomElement(using: &random)!
        + String(Int.random(in: 0..<60, using: &random))
      return (id, Digest(of: String(Int.random(in: 0..<4, using: &random))))
    }
  }

  private func dataset(_ entries: [(String, Digest)]) -> Dataset {
    var builder = DatasetBuilder()
    for (id, digest) in entries { builder.append(id: id, digest: digest) }
    return builder.build()
  }

  /// The naive implementation: a map by the bytes of the id.
  private func naive(_ entries: [(String, Digest)]) -> [[UInt8]: Digest] {
    Dictionary(entries.map { (Array($0.0.utf8), $0.1) }, uniquingKeysWith: { $1 })
  }

  @Test func likeAMap() throws {
    var generator = SeededGenerator(seed: 1)
    for round in 0..<150 {
      let entries = random(round, &generator)
      var builder = DatasetBuilder(capacity: 3)
      for (id, digest) in entries { builder.append(id: id, digest: digest) }
      let (dataset, positions) = builder.buildWithPositions()
      let expected = naive(entries)
      #expect(dataset.count == expected.count)
      let ids = (0..<dataset.count).map { Array(dataset.id($0).utf8) }
      #expect(ids == expected.keys.sorted { $0.lexicographicallyPrecedes($1) })
      for (position, id) in ids.enumerated() {
        #expect(dataset.digest(position) == expected[id])
        #expect(dataset.index(of: String(decoding: id, as: UTF8.self)) == position)
      }
      for (offset, entry) in entries.enumerated() {
        #expect(Array(dataset.id(Int(positions[offset])).utf8) == Array(entry.0.utf8))
      }
      #expect(dataset.index(of: "absent") == nil)
      let read = try Dataset(reading: dataset.bytes)
      #expect(read.bytes == dataset.bytes && read.digest == dataset.digest)
      // The order of arrival does not matter.
      let unique = expected.map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
      #expect(self.dataset(unique).digest == dataset.digest)
    }
  }

  @Test func differencesLikeMaps() {
    var generator = SeededGenerator(seed: 2)
    for round in 0..<150 {
      let (a, b) = (random(round, &generator), random(150 - round, &generator))
      let (old, new) = (dataset(a), dataset(b))
      let (before, after) = (naive(a), naive(b))
      let difference = DatasetDifference(from: old, to: new)
      #expect(Set(difference.added.map { Array(new.id($0).utf8) }) == Set(after.keys).subtracting(before.keys))
      #expect(Set(difference.removed.map { Array(old.id($0).utf8) }) == Set(before.keys).subtracting(after.keys))
      let common = Set(before.keys).intersection(after.keys)
      #expect(Set(difference.changed.map { Array(old.id($0.old).utf8) }) == common.filter { before[$0] != after[$0] })
      #expect(difference.changed.allSatisfy { old.id($0.old) == new.id($0.new) })
      #expect(difference.unchanged == common.count { before[$0] == after[$0] })
      #expect(DatasetDifference(from: old, to: old).isEmpty)
    }
  }

  @Test func whatIsNoDataset() {
    let good = dataset([("a", Digest(of: "1")), ("b", Digest(of: "2"))]).bytes
    for length in 0..<good.count {
      #expect(throws: SluiceError.self, "\(length)") { try Dataset(reading: Array(good[..<length])) }
    }
    #expect(throws: SluiceError.self) { try Dataset(reading: good + [0]) }
    #expect(throws: SluiceError.self) { try Dataset(reading: [0] + good.dropFirst()) }
    #expect(Dataset.empty.count == 0)
  }

  @Test func derivationsComeBack() throws {
    let end = Validity.until(Timestamp(seconds: 12.5))
    var validities = Derivation.Validities(capacity: 3)
    for validity in [.forever, nil, end] { validities.append(validity) }
    let derivation = Derivation(
      input: Digest(of: "in"), output: Digest(of: "out"), starts: [0, 2, 2, 3], positions: [4, 1, 0],
      validities: validities)
    let read = try Derivation(reading: derivation.bytes)
    #expect(read.input == derivation.input && read.output == derivation.output)
    #expect((0..<3).map { Array(read.outputs(ofInput: $0)) } == [[4, 1], [], [0]])
    #expect((0..<3).map { read.isFailed($0) } == [false, true, false])
    #expect((0..<3).map { read.validity($0) } == [.forever, nil, end])
    #expect(read.validity == end && read.failedCount == 1)
    #expect([4, 1, 0, 2].map { read.input(ofOutput: $0) } == [0, 0, 2, nil])
    for length in 0..<derivation.bytes.count {
      #expect(throws: SluiceError.self, "\(length)") { try Derivation(reading: Array(derivation.bytes[..<length])) }
    }
  }
}
