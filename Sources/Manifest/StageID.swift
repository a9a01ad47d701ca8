/// A stage of one graph, by its place in the pipeline file.
package struct StageID: Hashable, Comparable, Strideable, Sendable {
  /// From 0, in the order of the file.
  package let index: Int

  package init(_ index: Int) { self.index = index }

  package static func < (a: StageID, b: StageID) -> Bool { a.index < b.index }
  package func distance(to other: StageID) -> Int { other.index - index }
  package func advanced(by distance: Int) -> StageID { StageID(index + distance) }
}

/// Something for each stage of a graph, in the order of the file.
package struct StageTable<Element>: RandomAccessCollection, MutableCollection {
  private var elements: [Element]

  /// One element for each stage, in the order of the file.
  package init(_ elements: [Element]) { self.elements = elements }
  /// The same element for each stage of another table.
  package init(repeating element: Element, for stages: StageTable<some Any>) {
    elements = Array(repeating: element, count: stages.count)
  }

  package var startIndex: StageID { StageID(0) }
  package var endIndex: StageID { StageID(elements.count) }
  package subscript(id: StageID) -> Element {
    get { elements[id.index] }
    set { elements[id.index] = newValue }
  }

  /// The elements with their stages.
  package var entries: Zip2Sequence<Range<StageID>, StageTable<Element>> { zip(indices, self) }

  /// A table of what `transform` makes of each element.
  package func mapped<T>(_ transform: (Element) throws -> T) rethrows -> StageTable<T> {
    StageTable<T>(try elements.map(transform))
  }
}

extension StageTable: Sendable where Element: Sendable {}
extension StageTable: Equatable where Element: Equatable {}
