import CSystem

/// Very many pieces of bytes that are looked for at once, in one walk over the data.
package final class NeedleSet: Sendable {
  package let needles: [[UInt8]]
  nonisolated(unsafe) private let table: OpaquePointer?

  package init(_ needles: [[UInt8]]) {
    self.needles = needles
    let lengths = needles.map(\.count)
    let bytes = Array(needles.joined()) + [0]
    table = csystem_needles_make(bytes, lengths, lengths.count)
  }

  deinit { csystem_needles_free(table) }

  /// The numbers of those that stand in the data.
  package func found(in data: UnsafeRawBufferPointer) -> [Int] {
    guard !needles.isEmpty, let start = data.baseAddress else { return [] }
    var found = [UInt8](repeating: 0, count: needles.count)
    guard csystem_needles_scan(table, start.assumingMemoryBound(to: UInt8.self), data.count, &found) > 0 else {
      return []
    }
    return found.indices.filter { found[$0] != 0 }
  }

  package func found(in bytes: [UInt8]) -> [Int] { bytes.withUnsafeBytes { found(in: $0) } }

  /// Whether any of them stands in a text.
  package func isFound(in text: String) -> Bool {
    var text = text
    return text.withUTF8 { !found(in: UnsafeRawBufferPointer($0)).isEmpty }
  }

  /// Without some of them.
  package func without(_ numbers: Set<Int>) -> NeedleSet {
    NeedleSet(needles.indices.filter { !numbers.contains($0) }.map { needles[$0] })
  }
}
