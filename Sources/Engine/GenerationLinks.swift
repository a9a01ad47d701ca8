import Foundations
import Glibc
import Store

/// The links of one pipeline's published generation: `published/<pipeline>` leads to `generations/<pipeline>/<run>`,
/// which holds a link for each stage into `exports/`.
struct GenerationLinks {
  let pipeline: String
  let layout: ArtifactLayout
  let run: Int

  private var entrance: String { layout.published(pipeline) }

  private static func target(ofStage export: String) -> String { "../../../exports/\(export)" }

  /// Whether all links lead where the ledger says.
  func stand(for exports: [String: String]) throws -> Bool {
    guard let target = FileSystem.linkTarget(entrance), target.hasPrefix("../generations/\(pipeline)/") else {
      return exports.isEmpty && !FileSystem.exists(entrance)
    }
    return exports.allSatisfy { stage, export in
      FileSystem.linkTarget("\(entrance)/\(ArtifactLayout.fileName(ofStage: stage))") == Self.target(ofStage: export)
    }
  }

  /// Whether a stage's files, seen through links that stand, are those that were put there; one look at each.
  func areUntouched(_ stage: String, _ files: [ExportedFile]) throws(SluiceError) -> Bool {
    let folder = "\(entrance)/\(ArtifactLayout.fileName(ofStage: stage))"
    if files.isEmpty { return false }
    for file in files {
      guard let status = try FileSystem.status("\(folder)/\(file.name)"), file.isUntouched(status) else { return false }
    }
    return true
  }

  /// Makes a generation of links and points `published/<pipeline>` at it.
  func make(_ exports: [String: String]) throws {
    try FileSystem.syncDirectory(layout.exports)
    let folder = "\(layout.generations)/\(pipeline)/\(run)"
    try FileSystem.remove(folder)
    try FileSystem.makeDirectory(folder)
    for (stage, export) in exports {
      let link = "\(folder)/\(ArtifactLayout.fileName(ofStage: stage))"
      guard symlink(Self.target(ofStage: export), link) == 0 else { throw FileSystem.systemError("link", link) }
    }
    try FileSystem.syncDirectory(folder)
    let temporary = Path.temporaryName(besides: entrance)
    guard symlink("../generations/\(pipeline)/\(run)", temporary) == 0 else {
      throw FileSystem.systemError("link", temporary)
    }
    try makeWay()
    guard rename(temporary, entrance) == 0 else { throw FileSystem.systemError("publish", entrance) }
    try FileSystem.syncDirectory(layout.published)
    try removeOldGenerations()
  }

  /// Artifacts that were copied without their links have a folder where a link should be: copies, nothing of its own.
  private func makeWay() throws(SluiceError) {
    guard FileSystem.linkTarget(entrance) == nil, FileSystem.exists(entrance) else { return }
    let aside = Path.temporaryName(besides: entrance)
    guard rename(entrance, aside) == 0 else { throw FileSystem.systemError("move aside", entrance) }
    try FileSystem.remove(aside)
  }

  /// Keeps the newest generation and the one before, which a reader may still have open.
  private func removeOldGenerations() throws {
    let parent = "\(layout.generations)/\(pipeline)"
    let numbers = try FileSystem.list(parent).compactMap { Int($0) }.sorted()
    for number in numbers.filter({ $0 != run }).dropLast(1) { try FileSystem.remove("\(parent)/\(number)") }
  }
}
