import Formats
import Foundations
import StageKit

/// What can be measured of chunks: one that is nothing but its heading says nothing.
struct ChunkMeasures: GateMeasures {
  private static let empty = "empty"
  let names = [Self.empty]

  func measure(_ name: String, of subject: GateSubject) throws -> Measurement? {
    var empty: [String] = []
    try subject.candidate.forEach { item in
      let chunk = Chunk(members: try item.record.object())
      guard let text = chunk.text, chunk.table == nil else { return }
      if ChunkLayout.withoutBreadcrumb(text).allSatisfy(\.isWhitespace) { empty.append("\(item.id): says nothing") }
    }
    return .share(empty.count, of: subject.candidate.count, worst: empty)
  }
}
