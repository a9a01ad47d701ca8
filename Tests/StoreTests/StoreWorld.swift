import Foundations
import TestSupport

@testable import Store

/// A ledger and objects in a directory of their own.
struct StoreWorld {
  let scratch: Scratch
  let layout: ArtifactLayout
  let store: ObjectStore
  let recorder: Recorder

  init() throws {
    scratch = try Scratch()
    layout = ArtifactLayout(root: scratch.path("artifacts"))
    try layout.create()
    let connection = try Ledger.openForWriting(layout)
    store = try ObjectStore(layout)
    recorder = Recorder(connection, store: store)
  }

  /// Makes durable what was put.
  func commit() throws {
    try recorder.record { _ in }
    try recorder.flush()
  }

  /// Bytes that cannot be compressed.
  static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }
}
