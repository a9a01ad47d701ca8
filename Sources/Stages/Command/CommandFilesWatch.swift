import Foundations
import StageKit
import Store

/// Watches the files of a line while the command runs: what was made with other files than those of the key is not kept
/// under it.
extension CommandFiles {
  /// A file at one moment.
  struct Seen: Equatable {
    let name: String
    let status: FileSystem.Status?
    /// Whether it has the content that is in the key.
    let isAsInKey: Bool
  }

  func see() throws -> [Seen] {
    try (files + programs).map { file in
      let status = try FileSystem.status(file.path)
      let isAsInKey =
        try status.map { try $0.isRegular && cache.digest(ofFile: file.path, status: $0) == file.digest } ?? false
      return Seen(name: file.name, status: status, isAsInKey: isAsInKey)
    }
  }

  /// The files that were written between two moments, be they put back or not.
  func written(_ before: [Seen], _ after: [Seen]) -> Set<String> {
    Set(zip(before, after).filter { $0 != $1 }.map(\.0.name)).subtracting(own.all)
  }

  /// - Throws: `ItemFailure` when something is not what it is in the key, and the command did not write it itself.
  func check(_ seen: [Seen]) throws {
    let own = own.all
    guard let odd = seen.first(where: { !$0.isAsInKey && !own.contains($0.name) }) else { return }
    throw ItemFailure(
      kind: "changed_meanwhile", message: "\(odd.name) was written while the command ran; the next run does it again",
      isTransient: true)
  }

  /// Takes files for the command's own: they were written each time it ran.
  func adopt(_ names: Set<String>, _ warn: (String) -> Void) {
    for name in own.add(names).sorted() {
      warn(
        "\(name), which the line names, is written by the command itself: it is taken for an output, and the command runs in each run"
      )
    }
  }

  /// Whether what was made depends on no more than the key.
  var isRepeatable: Bool { own.all.isEmpty }

  /// Runs something that uses the files, and keeps what it made only if they were the same all the time: a script that is
  /// written and put back leaves no result under its old key. What is written again when the command runs again, the
  /// command writes itself.
  func whileUnchanged<T>(_ warn: (String) -> Void, _ body: () throws -> T) throws -> T {
    let before = try see()
    let first = try body()
    let between = try see()
    if written(before, between).isEmpty {
      try check(between)
      return first
    }
    let second = try body()
    let after = try see()
    adopt(written(between, after), warn)
    try check(after)
    return second
  }
}
