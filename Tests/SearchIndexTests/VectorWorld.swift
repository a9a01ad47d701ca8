import CCodes
import Foundations
import Models
import TestSupport

@testable import SearchIndex

/// Vectors in clusters, by a fixed seed.
struct VectorWorld {
  let dimensions: Int
  private(set) var vectors: [[Float]] = []

  init(_ count: Int, dimensions: Int = 48, clusters: Int = 12, seed: UInt64 = 1) {
    self.dimensions = dimensions
    var generator = SeededGenerator(seed: seed)
    func noise(_ scale: Float) -> [Float] {
      (0..<dimensions).map { _ in
        scale * ((0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) })
      }
    }
    let centers = (0..<clusters).map { _ in noise(1) }
    vectors = (0..<count).map { index in
      let raw = zip(centers[index % clusters], noise(0.6)).map { $0 + $1 }
      let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return raw.map { $0 / length }
    }
  }

  var passport: VectorPassport { VectorPassport(["model": "test", "dim": JSONValue(dimensions)]) }

  func chunk(_ index: Int, version: Int = 0, metadata: JSONObject = [:]) -> IndexedChunk {
    IndexedChunk(
      id: id(index), digest: Digest(of: "\(index) \(version)"), documentID: "d\(index / 10)", text: "text \(index)",
      metadata: metadata.merging(["tenth": JSONValue(index % 10), "owner": .string("u\(index % 97)")]),
      vector: EmbeddedText(values: vectors[index]).bytes)
  }

  func id(_ index: Int) -> String { "d\(index / 10)#" + String(String(100_000 + index).dropFirst()) }

  /// The true nearest, all compared.
  func nearest(_ query: [Float], _ depth: Int, among: (Int) -> Bool = { _ in true }) -> [String] {
    let scored = vectors.indices.filter(among).map { index in
      (codes_exact_dot(query, vectors[index], dimensions), index)
    }
    return scored.sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }.prefix(depth).map { id($0.1) }
  }
}
