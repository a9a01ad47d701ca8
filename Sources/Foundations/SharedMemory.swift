/// Memory that several threads use at once.
///
/// Unchecked, since Swift cannot see how they keep apart: they only read, or each writes elements of its own, or a lock
/// stands around. Who makes one says which, and keeps the memory alive.
package struct SharedMemory<Element>: @unchecked Sendable {
  /// The first element.
  package let start: UnsafeMutablePointer<Element>

  package init(_ start: UnsafeMutablePointer<Element>) { self.start = start }

  /// Of a buffer; one of nothing has no place, and none is touched.
  package init(_ buffer: UnsafeMutableBufferPointer<Element>) {
    let nowhere = UnsafeMutablePointer<Element>(bitPattern: MemoryLayout<Element>.alignment)
    guard let start = buffer.baseAddress ?? nowhere else { preconditionFailure("an alignment is not 0") }
    self.start = start
  }

  /// To be read only.
  package init(reading start: UnsafePointer<Element>) { self.start = UnsafeMutablePointer(mutating: start) }

  /// The element at a position, which is not checked.
  @inlinable package subscript(index: Int) -> Element {
    get { start[index] }
    nonmutating set { start[index] = newValue }
  }
}
