import Foundations
import Manifest
import Models
import StageKit

/// Vectors by their cosines to the golden ones.
struct VectorComparison: GoldenComparing {
  private enum Member {
    static let vector = "vector"
    /// Of an item that has no vector; one of which nothing is said has one that is not held.
    static let none = "none"
    static let model = "model"
    static let dimensions = "dimensions"
  }

  var rule: GoldenRule.Vectors

  var strict: Self {
    var rule = rule
    // Golden vectors are rounded: closer than this is the same.
    (rule.cosine, rule.mean) = (0.999_999, 0.999_999)
    return Self(rule: rule)
  }

  /// Digits behind the point: a cosine between a vector of 384 numbers and the same one rounded is off by less than
  /// one in a million.
  private static let places = 10_000.0

  func holding(like golden: GoldenRecording) -> GoldenHolding { GoldenHolding(golden, member: Member.vector) }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    let isHeld = holding.chosen(among: stage.result.entries.map(\.id))
    var entries: [GoldenRecording.Entry] = []
    var models: Set<String> = []
    try stage.result.forEach { item in
      let record = try ChunkVector(item)
      guard let vector = record.vector else {
        entries.append(.init(item.id, [Member.none: true]))
        return
      }
      if let model = record.model { models.insert(model) }
      guard isHeld(item.id) else {
        entries.append(.init(item.id, [:]))
        return
      }
      guard let digest = Digest(reference: vector) else {
        throw SluiceError(
          .corrupt, "the record of \(item.id) refers to '\(vector)', which is no object", advice: "Run `sluice fsck`.")
      }
      entries.append(Self.entry(item.id, try Self.numbers(try stage.result.body(digest))))
    }
    return Self.recording(entries, models: models)
  }

  /// Little-endian float32.
  private static func numbers(_ bytes: [UInt8]) throws -> [Double] {
    guard bytes.count % 4 == 0 else {
      throw SluiceError(.corrupt, "a vector is cut short", advice: "Run `sluice fsck`.")
    }
    return bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 4).map {
        Double(Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self))))
      }
    }
  }

  static func entry(_ id: String, _ numbers: [Double]) -> GoldenRecording.Entry {
    .init(id, [Member.vector: .array(numbers.map { .double(($0 * places).rounded() / places) })])
  }

  static func recording(_ entries: [GoldenRecording.Entry], models: Set<String>) -> GoldenRecording {
    GoldenRecording(GoldenComparator.vectors.rawValue, [Member.model: JSONValue(models.sorted())], entries: entries)
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    var difference = GoldenDifference(golden: golden.entries.count, now: now.entries.count)
    var cosines: [Double] = []
    difference.entries = entries(golden, now, added: { _ in [] }) { former, current in
      let (had, has) = (former.value[Member.none] != true, current.value[Member.none] != true)
      if had != has { return [WordChanges(had ? "its vector is gone" : "it has a vector and had none")] }
      // Of most items only is held that they have one.
      guard let old = former.value[Member.vector]?.array?.compactMap(\.double) else { return [] }
      let new = current.value[Member.vector]?.array?.compactMap(\.double) ?? []
      guard old.count == new.count else {
        cosines.append(0)
        return [WordChanges("\(old.count) → \(Units.counted(new.count, "dimension"))")]
      }
      let cosine = Self.cosine(old, new)
      cosines.append(cosine)
      if cosine >= rule.cosine { return [] }
      return [WordChanges("cosine \(Units.decimal(cosine, 6)), at least \(Self.shown(rule.cosine))")]
    }
    let models = [golden, now].map { $0.head[Member.model]?.array?.compactMap(\.string).joined(separator: ", ") ?? "" }
    if models[0] != models[1] { difference.notes.append("the model was \(models[0]) and is \(models[1])") }
    if !cosines.isEmpty {
      let mean = cosines.reduce(0, +) / Double(cosines.count)
      difference.measures.append(
        .init(
          name: "mean cosine (of \(Units.show(cosines.count)))", golden: nil, now: mean,
          bar: "at least \(Self.shown(rule.mean))", holds: mean >= rule.mean))
    }
    return difference
  }

  private static func shown(_ bar: Double) -> String { "\(bar)" }

  /// 0 where one of them is no direction at all, or holds what is no number.
  static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    var (dot, first, second) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      dot += x * y
      first += x * x
      second += y * y
    }
    let cosine = dot / (first * second).squareRoot()
    return cosine.isFinite ? cosine : 0
  }
}
