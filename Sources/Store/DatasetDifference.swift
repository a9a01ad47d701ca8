import Foundations

/// What differs between two datasets, as indices.
package struct DatasetDifference: Sendable {
  /// Indices into the new one: ids that the old one does not have.
  package var added: [Int] = []
  /// Pairs of indices (old, new): same id, other digest.
  package var changed: [(old: Int, new: Int)] = []
  /// Indices into the old one: ids that the new one does not have.
  package var removed: [Int] = []
  /// How many entries both have with the same digest.
  package var unchanged = 0

  /// Whether both have the same entries.
  package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

  /// What changed from one dataset to another.
  package init(from old: Dataset, to new: Dataset) {
    Self.merge(old, new) { old, new, isEqual in
      switch (old, new) {
      case (let old?, let new?): if isEqual { unchanged += 1 } else { changed.append((old, new)) }
      case (let old?, nil): removed.append(old)
      case (nil, let new?): added.append(new)
      case (nil, nil): break
      }
    }
  }

  /// How many ids the new one does not have.
  package static func removedCount(from old: Dataset, to new: Dataset) -> Int {
    if old.digest == new.digest { return 0 }
    var count = 0
    merge(old, new) { old, new, _ in if old != nil, new == nil { count += 1 } }
    return count
  }

  /// Walks both in the order of ids: (old index or nil, new index or nil, same digest).
  package static func merge(_ old: Dataset, _ new: Dataset, _ body: (Int?, Int?, Bool) -> Void) {
    let isAligned = old.hasSameIDs(as: new)
    old.withEntries { a in
      new.withEntries { b in
        if isAligned {
          for index in 0..<a.count { body(index, index, RawBytes.areEqual(a.digestBytes(index), b.digestBytes(index))) }
          return
        }
        var i = 0
        var j = 0
        while i < a.count && j < b.count {
          let order = RawBytes.compare(a.id(i), b.id(j))
          if order == 0 {
            body(i, j, RawBytes.areEqual(a.digestBytes(i), b.digestBytes(j)))
            i += 1
            j += 1
          } else if order < 0 {
            body(i, nil, false)
            i += 1
          } else {
            body(nil, j, false)
            j += 1
          }
        }
        while i < a.count {
          body(i, nil, false)
          i += 1
        }
        while j < b.count {
          body(nil, j, false)
          j += 1
        }
      }
    }
  }
}
