import Foundations

/// One step that splits text into pieces, before a model splits these into tokens.
enum PreTokenizer: Sendable {
  /// Matches and what is between them are pieces.
  case isolate(Regex)
  /// What is between the matches.
  case removeMatches(Regex)
  /// The matches alone.
  case keepMatches(Regex)
  case prefixSpace
  case metaspace(mark: [UInt8], prepends: Prepending, splits: Bool)

  enum Prepending: Sendable { case always, first, never }

  /// Hands on the pieces of `text`; `isFirst` when it begins the whole text.
  func apply(
    _ text: UnsafeBufferPointer<UInt8>, isFirst: Bool, _ body: (UnsafeBufferPointer<UInt8>, _ isFirst: Bool) -> Void
  ) {
    switch self {
    case .isolate(let pattern):
      pattern.forEachPart(text) { range, _ in
        body(UnsafeBufferPointer(rebasing: text[range]), isFirst && range.lowerBound == 0)
      }
    case .removeMatches(let pattern):
      pattern.forEachPart(text) { range, isMatch in
        if !isMatch { body(UnsafeBufferPointer(rebasing: text[range]), isFirst && range.lowerBound == 0) }
      }
    case .keepMatches(let pattern):
      pattern.forEachPart(text) { range, isMatch in
        if isMatch { body(UnsafeBufferPointer(rebasing: text[range]), isFirst && range.lowerBound == 0) }
      }
    case .prefixSpace:
      if text.isEmpty || text[0] == 0x20 { return body(text, isFirst) }
      ([0x20] + Array(text)).withUnsafeBufferPointer { body($0, isFirst) }
    case .metaspace(let mark, let prepends, let splits):
      metaspace(text, mark, prepends, splits, isFirst, body)
    }
  }

  private func metaspace(
    _ text: UnsafeBufferPointer<UInt8>, _ mark: [UInt8], _ prepends: Prepending, _ splits: Bool, _ isFirst: Bool,
    _ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void
  ) {
    guard !text.isEmpty else { return }
    var marked: [UInt8] = []
    marked.reserveCapacity(text.count + 16)
    for byte in text { if byte == 0x20 { marked += mark } else { marked.append(byte) } }
    let wants = prepends == .always || prepends == .first && isFirst
    if wants && !marked.starts(with: mark) { marked = mark + marked }
    marked.withUnsafeBufferPointer { bytes in
      guard splits else { return body(bytes, isFirst) }
      var start = 0
      var index = 0
      while index < bytes.count {
        if index > start, bytes[index] == mark[0], marked[index...].starts(with: mark) {
          body(UnsafeBufferPointer(rebasing: bytes[start..<index]), isFirst && start == 0)
          start = index
        }
        index += 1
      }
      body(UnsafeBufferPointer(rebasing: bytes[start...]), isFirst && start == 0)
    }
  }
}
