/// What was swept, or would be, and what everything is kept for.
package struct SweepReport: Sendable {
  /// How many objects go.
  package var objects = 0
  /// How many bytes they and the exports have.
  package var bytes = 0
  /// How many memo entries go.
  package var memoEntries = 0
  /// How many folders of published files go.
  package var exports = 0
  /// How many objects stay.
  package var keptObjects = 0
  /// What was there before, byte by byte.
  package var account = StorageAccount()
  /// What had to go to keep a size; `nil` when none was asked for.
  package var eviction: Eviction?

  /// What was given up, though somebody might have wanted it again, to keep a size.
  package struct Eviction: Sendable {
    /// The size asked for, in bytes.
    package var maxSize: Int
    /// How large everything is afterwards, as far as it can be told before.
    package var size: Int
    /// Results that were remembered and not needed.
    package var entries = 0
    /// Of those and the answers beside them, how many were paid for.
    package var paid = 0
  }
}
