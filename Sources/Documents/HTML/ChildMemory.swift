/// Of parts of a page, whether one of their children is of a kind: asked once, however many children ask.
final class ChildMemory {
  private var known: [Int: Bool] = [:]

  /// - Parameter isMeant: the same for each call.
  func has(_ parent: HTMLNode, _ isMeant: (HTMLNode) -> Bool) -> Bool {
    if let answer = known[parent.index] { return answer }
    let answer = parent.children.contains { $0.isElement && isMeant($0) }
    known[parent.index] = answer
    return answer
  }
}
