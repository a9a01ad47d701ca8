import Foundations
import Glibc

/// The links of one line: `published/<line>` leads to `generations/<line>/<number>`, which holds a link for each
/// published stage into `exports/`.
package struct GenerationLinks {
  /// The key of a line.
  let line: String
  let layout: ArtifactLayout

  package init(line: String, layout: ArtifactLayout) {
    self.line = line
    self.layout = layout
  }

  private var entrance: String { layout.published(line) }
  private var parent: String { "\(layout.generations)/\(line)" }

  private func folder(_ number: Int) -> String { layout.generation(number, of: line) }
  private static func target(ofStage export: String) -> String { "../../../exports/\(export)" }
  private func link(_ stage: String, _ number: Int) -> String {
    "\(folder(number))/\(ArtifactLayout.fileName(ofStage: stage))"
  }

  /// How the links are found.
  package enum Standing {
    case whole
    /// Somebody changed or removed some.
    case changed
    /// They lead to another generation: a run was killed before it could turn the entrance.
    case behind
  }

  /// Whether all links lead where the ledger says.
  package func standing(of number: Int, _ exports: [String: String]) throws -> Standing {
    let target = FileSystem.linkTarget(entrance)
    guard target == "../generations/\(line)/\(number)", FileSystem.exists(folder(number)) else {
      guard let target, let other = Int(Path.name(target)), target == "../generations/\(line)/\(other)" else {
        return .changed
      }
      return .behind
    }
    return try areWhole(number, exports) ? .whole : .changed
  }

  /// Whether the links in the folder of a generation lead where the ledger says, and none leads out of `exports/`.
  package func areWhole(_ number: Int, _ exports: [String: String]) throws -> Bool {
    // A link that somebody added is nothing that was published. (After a repair the ledger may know fewer stages.)
    let areOurs = try FileSystem.list(folder(number)).allSatisfy { name in
      FileSystem.linkTarget("\(folder(number))/\(name)")?.hasPrefix(Self.target(ofStage: "")) ?? false
    }
    guard areOurs else { return false }
    return exports.allSatisfy { stage, export in
      FileSystem.linkTarget(link(stage, number)) == Self.target(ofStage: export)
    }
  }

  /// Whether a stage's files, seen through links that stand, are those that were put there; one look at each.
  package func areUntouched(_ stage: String, _ files: [ExportedFile]) throws(SluiceError) -> Bool {
    let folder = "\(entrance)/\(ArtifactLayout.fileName(ofStage: stage))"
    if files.isEmpty { return false }
    for file in files {
      guard let status = try FileSystem.status("\(folder)/\(file.name)"), file.isUntouched(status) else { return false }
    }
    return true
  }

  /// A number that no generation has and no folder, whoever made it.
  package func nextNumber(after known: Int) throws -> Int {
    let folders = FileSystem.exists(parent) ? try FileSystem.list(parent).compactMap { Int($0) } : []
    return max(known, folders.max() ?? 0) + 1
  }

  /// Makes the folder of a generation, or puts back what somebody changed of it: each link in one step, so that who has
  /// the folder open is not disturbed.
  package func make(_ number: Int, _ exports: [String: String]) throws {
    try FileSystem.syncDirectory(layout.exports)
    let folder = folder(number)
    try FileSystem.makeDirectory(folder)
    let names = Set(exports.keys.map(ArtifactLayout.fileName(ofStage:)))
    for name in try FileSystem.list(folder) where !names.contains(name) { try FileSystem.remove("\(folder)/\(name)") }
    for (stage, export) in exports where FileSystem.linkTarget(link(stage, number)) != Self.target(ofStage: export) {
      try put(Self.target(ofStage: export), at: link(stage, number))
    }
    try FileSystem.syncDirectory(folder)
    try FileSystem.syncDirectory(parent)
  }

  /// Gives a generation other links in one step: who opens it now sees the old ones or the new ones. Whatever stands
  /// already is left alone.
  package func replace(_ number: Int, _ exports: [String: String]) throws {
    let folder = folder(number)
    let names = Set(exports.keys.map(ArtifactLayout.fileName(ofStage:)))
    let isWhole =
      try FileSystem.exists(folder) && Set(FileSystem.list(folder)) == names
      && exports.allSatisfy { FileSystem.linkTarget(link($0.key, number)) == Self.target(ofStage: $0.value) }
    if isWhole { return }
    try FileSystem.syncDirectory(layout.exports)
    let new = Path.temporaryName(besides: folder)
    try FileSystem.makeDirectory(new)
    for (stage, export) in exports {
      let place = "\(new)/\(ArtifactLayout.fileName(ofStage: stage))"
      guard symlink(Self.target(ofStage: export), place) == 0 else { throw FileSystem.systemError("link", place) }
    }
    try FileSystem.syncDirectory(new)
    guard FileSystem.exists(folder), FileSystem.exchange(new, folder) else {
      // A file system that cannot exchange two folders: link by link.
      try FileSystem.remove(new)
      return try make(number, exports)
    }
    try FileSystem.syncDirectory(parent)
    try FileSystem.remove(new)
  }

  /// Leads the links of all generations that led to a damaged folder to the one that took its place.
  package func relead(_ stage: String, from damaged: Set<String>, to export: String) throws {
    for number in try numbers() {
      guard let target = FileSystem.linkTarget(link(stage, number)) else { continue }
      if damaged.contains(where: { Self.target(ofStage: $0) == target }) {
        try put(Self.target(ofStage: export), at: link(stage, number))
      }
    }
  }

  /// Points `published/<line>` at a generation whose folder is made: one rename.
  package func turn(to number: Int) throws {
    guard FileSystem.linkTarget(entrance) != "../generations/\(line)/\(number)" else { return }
    try put("../generations/\(line)/\(number)", at: entrance)
    try FileSystem.syncDirectory(layout.published)
  }

  private func put(_ target: String, at place: String) throws {
    let temporary = Path.temporaryName(besides: place)
    guard symlink(target, temporary) == 0 else { throw FileSystem.systemError("link", temporary) }
    try makeWay(place)
    guard rename(temporary, place) == 0 else { throw FileSystem.systemError("publish", place) }
  }

  /// Artifacts that were copied without their links have a folder where a link should be: copies, nothing of its own.
  private func makeWay(_ place: String) throws(SluiceError) {
    guard FileSystem.linkTarget(place) == nil, FileSystem.exists(place) else { return }
    let aside = Path.temporaryName(besides: place)
    guard rename(place, aside) == 0 else { throw FileSystem.systemError("move aside", place) }
    try FileSystem.remove(aside)
  }

  /// Removes the folders of generations that nobody can ask for any more, but for those that a reader has open. What
  /// they led to is left to gc.
  package func remove(_ numbers: [Int]) throws {
    for number in numbers { try OpenFolder.remove(folder(number)) }
    // Of a line that has none any more.
    rmdir(parent)
  }

  /// Whether a reader has a generation open.
  package func isOpen(_ number: Int) throws -> Bool { try OpenFolder.isOpen(folder(number)) }

  /// The numbers that folders have, whether the ledger knows them or not.
  package func numbers() throws -> [Int] {
    FileSystem.exists(parent) ? try FileSystem.list(parent).compactMap { Int($0) }.sorted() : []
  }
}
