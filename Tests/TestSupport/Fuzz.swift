import Foundations
import Glibc

/// Damaged inputs from whole ones, the same in every run: their number is small in `make test`, and what `SLUICE_FUZZ`
/// says in `make fuzz`; `SLUICE_FUZZ_SEED` begins elsewhere.
package enum Fuzz {
  package static let count = Environment["SLUICE_FUZZ"].flatMap { Int($0) }
  package static let seed = Environment["SLUICE_FUZZ_SEED"].flatMap { UInt64($0) } ?? 9

  /// Gives each damaged input to `read`, which may throw.
  /// - Parameters:
  ///   - usual: how many in `make test`.
  ///   - seconds: the most that one may take.
  /// - Returns: those that took longer, by their number: none, it is hoped.
  package static func run(
    _ reader: String, usual: Int, seconds: Double = 10, _ wholes: [[UInt8]], words: [String] = [],
    _ read: ([UInt8]) throws -> Void
  ) throws -> [String] {
    var slow: [String] = []
    let folder = Path.join(ProjectFiles.root, ".build/fuzz-last")
    if count != nil { try FileSystem.makeDirectory(folder) }
    for number in 0..<(count ?? usual) {
      var mutation = Mutation(seed: seed &* 1_000_003 &+ UInt64(number), words: words)
      let whole = wholes[number % wholes.count]
      let bytes = number < wholes.count ? whole : mutation.damage(whole)
      // What ended the program is found here.
      if count != nil { try FileSystem.writeReplaceable(bytes, to: "\(folder)/\(reader)") }
      let start = MonotonicClock.now
      try? read(bytes)
      let taken = MonotonicClock.seconds(since: start)
      if taken > seconds { slow.append("\(reader) \(number) of seed \(seed): \(taken) s") }
    }
    return slow
  }
}

/// One way of damaging a file.
package struct Mutation {
  private var random: SeededGenerator
  private let words: [[UInt8]]

  private static let numbers = [
    "-1", "0", "99999999999", "2147483648", "-2147483649", "1e308", "9223372036854775807", "NaN", "", "65536",
    "4294967295",
  ].map { Array($0.utf8) }

  package init(seed: UInt64, words: [String]) {
    random = SeededGenerator(seed: seed)
    self.words = words.map { Array($0.utf8) }
  }

  private mutating func below(_ limit: Int) -> Int { limit <= 0 ? 0 : Int.random(in: 0..<limit, using: &random) }

  /// 1 to 64 changes: bits, marks, pieces taken out, put elsewhere or repeated, numbers, words, the end cut off.
  package mutating func damage(_ whole: [UInt8]) -> [UInt8] {
    var bytes = whole
    for _ in 0..<[1, 2, 4, 16, 64][below(5)] where !bytes.isEmpty {
      let place = below(bytes.count)
      let end = min(bytes.count, place + 1 + below(200))
      switch below(9) {
      case 0: bytes[place] ^= 1 << UInt8(below(8))
      case 1: bytes[place] = [0, 255, 127, 60, 62, 34, 40, 41, 91, 93, 123, 125, 10][below(13)]
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count))
      case 4: number(&bytes, from: place)
      case 5:
        let piece = bytes[place..<min(end, place + 50)]
        bytes.insert(contentsOf: (0..<(1 + below(18))).flatMap { _ in piece }, at: place)
      case 6: bytes.insert(contentsOf: (0..<(1 + below(15))).map { _ in UInt8(below(256)) }, at: place)
      case 7: if !words.isEmpty { bytes.insert(contentsOf: words[below(words.count)], at: place) }
      default: if below(5) == 0 { bytes.removeSubrange(place...) }
      }
      if bytes.count > whole.count * 4 + 100_000 { bytes.removeSubrange((whole.count * 4 + 100_000)...) }
    }
    return bytes
  }

  /// Puts an odd number in the place of the next one.
  private mutating func number(_ bytes: inout [UInt8], from place: Int) {
    func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: Self.numbers[below(Self.numbers.count)])
  }
}
