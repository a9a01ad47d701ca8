/// A text that equals only a text of the same bytes, for keys of tables.
///
/// Swift takes two texts for equal that look alike (é in one scalar or in two, NFC and NFD), but they are
/// two files and two items.
package struct ExactText: Hashable, Sendable, Comparable {
  /// The text as it stands.
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  package static func < (a: Self, b: Self) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
