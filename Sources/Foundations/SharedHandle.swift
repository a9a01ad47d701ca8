/// An object of a C library that several threads use at once; it is given back with the last who holds it.
///
/// Unchecked: who makes one knows that the library allows it, since it never changes such an object or guards it itself.
package final class SharedHandle: @unchecked Sendable {
  /// What the library gave.
  package let pointer: OpaquePointer
  private let release: (OpaquePointer) -> Void

  package init(_ pointer: OpaquePointer, release: @escaping @Sendable (OpaquePointer) -> Void) {
    self.pointer = pointer
    self.release = release
  }

  deinit { release(pointer) }
}
