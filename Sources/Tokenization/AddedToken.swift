/// A token that stands in the text as it is (`[SEP]`), found before anything is normalized.
struct AddedToken: Sendable {
  let bytes: [UInt8]
  let id: Int32

  /// Whether it begins at `position`.
  func matches(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    guard position + bytes.count <= text.count else { return false }
    for index in bytes.indices where text[position + index] != bytes[index] { return false }
    return true
  }
}
