import Foundations
import Models
import SearchIndex
import StageKit

/// Finds the index that somebody asks among those that a pipeline has published.
package struct IndexLocator {
  private let published: PublishedGeneration

  package init(_ published: PublishedGeneration) { self.published = published }

  /// The index that a name stands for: `INDEX`, `INDEX/COLLECTION`; `nil` for the only one.
  /// - Parameter collection: one of the collections of an index that has several.
  /// - Returns: the path of its database. All files of the index stand beside it, whatever is published meanwhile.
  package func path(of named: String?, collection: String?) throws -> String {
    var named = named
    var collection = collection
    if let whole = named, let slash = whole.firstIndex(of: "/") {
      named = String(whole[..<slash])
      collection = String(whole[whole.index(after: slash)...])
    }
    let stages = published.folders.filter { !Self.collections(in: $0.folder).isEmpty }
    if let named, !stages.contains(where: { $0.stage == named }), let folder = published.folder(of: named),
      let kept = try Self.kept(in: folder)
    {
      throw SluiceError(
        .usage, "the index '\(named)' is kept in \(kept.store) at \(kept.url), not in a file",
        advice: "Ask that server; or add an index stage without `store`.")
    }
    let (stage, folder) = try choose(named, among: stages)
    let name = try Self.choose(collection, among: Self.collections(in: folder), of: stage)
    return "\(folder)/\(name)\(IndexFiles.databaseEnding)"
  }

  private static func collections(in folder: String) -> [String] {
    // A stage that published nothing has no folder.
    let files = (try? FileSystem.list(folder)) ?? []
    return files.filter { $0.hasSuffix(IndexFiles.databaseEnding) }
      .map { String($0.dropLast(IndexFiles.databaseEnding.utf8.count)) }.sorted()
  }

  /// The server that keeps an index; `nil` for one in files.
  private static func kept(in folder: String) throws -> KeptIndex? {
    let file = "\(folder)/\(PublishedFile.store)"
    return FileSystem.exists(file) ? try KeptIndex(file: file) : nil
  }

  private func choose(_ named: String?, among stages: [PublishedGeneration.Stage]) throws(SluiceError)
    -> PublishedGeneration.Stage
  {
    let names = stages.map(\.stage)
    if let named {
      if let found = stages.first(where: { $0.stage == named }) { return found }
      let guess = Suggestion.nearest(to: named, among: names)
      throw SluiceError(
        .usage, "there is no published index '\(named)'",
        advice: guess.map { "Did you mean '\($0)'?" }
          ?? (names.isEmpty ? "Run the pipeline first: sluice run" : "There are: \(names.joined(separator: ", "))."))
    }
    guard let first = stages.first else {
      throw SluiceError(
        .vectorStoreError, "no index is published",
        advice: published.stages.isEmpty
          ? "Run the pipeline first (sluice run); a pipeline without an index stage has none."
          : "What this pipeline published has no index: an `index` stage makes one.")
    }
    guard stages.count == 1 else {
      throw SluiceError(
        .usage, "there are \(stages.count) indexes: name one",
        advice: "For example: sluice search \(first.stage) \"…\". There are: \(names.joined(separator: ", ")).")
    }
    return first
  }

  private static func choose(_ named: String?, among names: [String], of stage: String) throws(SluiceError) -> String {
    if let named {
      if names.contains(named) { return named }
      let guess = Suggestion.nearest(to: named, among: names)
      throw SluiceError(
        .usage, "the index '\(stage)' has no collection '\(named)'",
        advice: guess.map { "Did you mean '\($0)'?" } ?? "There are: \(names.prefix(20).joined(separator: ", ")).")
    }
    guard names.count == 1 else {
      throw SluiceError(
        .usage, "the index '\(stage)' has \(names.count) collections: name one",
        advice:
          "For example: sluice search \(stage)/\(names[0]) \"…\". There are: \(names.prefix(20).joined(separator: ", "))."
      )
    }
    return names[0]
  }
}
