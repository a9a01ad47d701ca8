import CClustering
import Foundations
import Synchronization

/// Vectors laid out for products of all with all.
final class Tiles: Sendable {
  enum Precision {
    /// Exact, added in a fixed order.
    case float32
    /// Codes of eight bits with a scale for each vector: four to ten times as fast, cosines within some 0.001.
    case int8
  }

  private let tiles: SharedHandle
  var handle: OpaquePointer { tiles.pointer }
  let panels: Int

  /// - Parameter order: the rows in the order in which tiles number them; `nil`: as they are.
  /// - Throws: `.system` when there is not enough memory.
  init(
    _ rows: UnsafePointer<Float>, count: Int, dimensions: Int, order: [UInt32]? = nil, precision: Precision,
    level: cclustering_level = CCLUSTERING_BEST, threads: Int
  ) throws {
    guard
      let handle = cclustering_tiles_new(
        count, dimensions, precision == .int8 ? CCLUSTERING_INT8 : CCLUSTERING_FLOAT32, level)
    else { throw Self.noMemory(count, dimensions) }
    // Threads fill panels of their own; then it is only read.
    tiles = SharedHandle(handle) { cclustering_tiles_free($0) }
    panels = cclustering_panels(handle)
    let source = SharedMemory(reading: rows)
    try Parallel.forEach(count: panels, threads: threads, grain: 8) { panel in
      cclustering_tiles_fill(self.handle, panel, source.start, order)
    }
  }

  static func noMemory(_ count: Int, _ dimensions: Int) -> SluiceError {
    SluiceError(
      .system, "there is not enough memory to compare \(count) vectors of \(dimensions) dimensions",
      advice: "Cluster fewer chunks (a filter stage before), or on a machine with more memory.")
  }

  /// Calls `body` for every block, the longest first, on `threads` threads, each with a number of its own.
  func forEachBlock(
    threads: Int, step: @escaping @Sendable (Double) throws -> Void,
    _ body: @escaping @Sendable (_ thread: Int, _ block: Int) -> Void
  ) throws {
    let next = Atomic<Int>(0)
    let blocks = cclustering_blocks(handle)
    let threads = max(1, min(threads, blocks))
    try Parallel.forEach(count: threads, threads: threads, grain: 1) { thread in
      while true {
        let block = next.add(1, ordering: .relaxed).oldValue
        if block >= blocks { return }
        // Blocks hold ever fewer pairs: what is done is a share of a triangle.
        let left = 1 - Double(block) / Double(blocks)
        try step(1 - left * left)
        body(thread, block)
      }
    }
  }
}
