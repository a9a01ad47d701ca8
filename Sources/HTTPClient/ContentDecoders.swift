/// Undoes all codings of a body, the last one first.
final class ContentDecoders {
  private var stages: [ContentDecoder] = []

  /// More codings than anybody has use for are an attempt to cost time.
  private static let most = 4

  /// - Throws: the name of a coding that cannot be undone.
  init(_ field: String) throws(Refusal) {
    let codings = ContentCoding.list(field)
    guard codings.count <= Self.most else { throw Refusal(coding: "\(codings.count) codings one over another") }
    for coding in codings.reversed() {
      guard let decoder = ContentDecoder(coding) else { throw Refusal(coding: "\(coding)") }
      stages.append(decoder)
    }
  }

  struct Refusal: Error { let coding: String }

  /// Whether the body stands as it came.
  var isEmpty: Bool { stages.isEmpty }
  /// Whether every packed stream came to its end.
  var isWhole: Bool { stages.allSatisfy(\.isWhole) }

  func feed(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Bool)
    throws(ContentDecoder.Problem)
  {
    try feed(bytes, through: stages[...], take)
  }

  private func feed(
    _ bytes: UnsafeRawBufferPointer, through stages: ArraySlice<ContentDecoder>,
    _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(ContentDecoder.Problem) {
    guard let first = stages.first else {
      if !take(bytes) { throw .stopped }
      return
    }
    guard stages.count > 1 else { return try first.feed(bytes, take) }
    var problem: ContentDecoder.Problem?
    do throws(ContentDecoder.Problem) {
      try first.feed(bytes) { made in
        do throws(ContentDecoder.Problem) { try feed(made, through: stages.dropFirst(), take) } catch {
          problem = error
          return false
        }
        return true
      }
    } catch { throw problem ?? error }
  }
}
