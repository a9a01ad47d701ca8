import Foundations
import Manifest
import Models
import SearchIndex
import Store
import Views

/// Finds the index that a command asks: `INDEX`, `INDEX/COLLECTION` or a file.
struct IndexLocator {
  let path: String
  /// The project whose models it was made with.
  let directory: String

  static let options: [OptionSpec] = [
    .pipeline,
    OptionSpec(
      "--collection", value: "NAME",
      "One of the collections of an index stage that makes several; INDEX/NAME says the same."),
  ]

  init(_ named: String?, pipeline: String?, _ arguments: Arguments) throws {
    var named = named
    var collection = arguments["--collection"]
    if let file = named, file.hasSuffix(IndexFiles.databaseEnding) || (try? FileSystem.status(file))??.isRegular == true
    {
      path = file
      directory = Path.workingDirectory
      return
    }
    if let whole = named, let slash = whole.firstIndex(of: "/") {
      named = String(whole[..<slash])
      collection = String(whole[whole.index(after: slash)...])
    }
    let project = try Project(named: pipeline)
    directory = project.directory
    let published = try PublishedGeneration(project.pipelineName(), layout: project.layout)
    func folder(_ stage: String) throws(SluiceError) -> String {
      if let folder = published.folder(of: stage) { return folder }
      throw SluiceError(.missing, "nothing of the stage '\(stage)' is published")
    }
    let stages = try published.stages.filter { !Self.collections(in: try folder($0)).isEmpty }
    if let named, !stages.contains(named), let store = published.folder(of: named).flatMap(Self.store) {
      throw SluiceError(
        .usage, "the index '\(named)' is kept in \(store), not in a file",
        advice: "Ask that server; or add an index stage without `store`.")
    }
    let stage = try Self.stage(named, stages, hasOthers: !published.stages.isEmpty)
    let names = Self.collections(in: try folder(stage))
    // All files of the index come from this one folder, whatever is published meanwhile.
    path = "\(try folder(stage))/\(try Self.collection(collection, names, stage))\(IndexFiles.databaseEnding)"
  }

  private static func collections(in folder: String) -> [String] {
    ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(IndexFiles.databaseEnding) }
      .map { String($0.dropLast(IndexFiles.databaseEnding.utf8.count)) }.sorted()
  }

  /// `chroma at http://…`, for an index that a server keeps.
  private static func store(in folder: String) -> String? {
    guard let bytes = try? FileSystem.read("\(folder)/store.json"), let record = try? JSONValue(parsing: bytes),
      let kind = record["store"]?.string, let url = record["url"]?.string
    else { return nil }
    return "\(kind) at \(url)"
  }

  private static func stage(_ named: String?, _ stages: [String], hasOthers: Bool) throws -> String {
    if let named {
      if stages.contains(named) { return named }
      let guess = Suggestion.nearest(to: named, among: stages)
      throw SluiceError(
        .usage, "there is no published index '\(named)'",
        advice: guess.map { "Did you mean '\($0)'?" }
          ?? (stages.isEmpty ? "Run the pipeline first: sluice run" : "There are: \(stages.joined(separator: ", "))."))
    }
    guard let first = stages.first else {
      throw SluiceError(
        .vectorStoreError, "no index is published",
        advice: hasOthers
          ? "What this pipeline published has no index: an `index` stage makes one."
          : "Run the pipeline first (sluice run); a pipeline without an index stage has none.")
    }
    guard stages.count == 1 else {
      throw SluiceError(
        .usage, "there are \(stages.count) indexes: name one",
        advice: "For example: sluice search \(first) \"…\". There are: \(stages.joined(separator: ", ")).")
    }
    return first
  }

  private static func collection(_ named: String?, _ names: [String], _ stage: String) throws -> String {
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

  /// The model that the index was made with; `nil` when words are enough.
  func embedder(for searcher: Searcher, _ modes: [SearchMode]) throws -> (any TextEmbedder)? {
    guard modes.contains(where: { $0 != .text }), searcher.info.vectors > 0, let passport = searcher.info.passport
    else {
      return nil
    }
    return try QueryEmbedder.make(for: passport, project: directory)
  }
}

extension SearchMode {
  /// - Throws: `.usage` with "did you mean".
  init(named name: String) throws(SluiceError) {
    guard let mode = SearchMode(rawValue: name) else {
      let names = SearchMode.allCases.map(\.rawValue)
      throw SluiceError(
        .usage, "there is no mode '\(name)'",
        advice: Suggestion.nearest(to: name, among: names).map { "Did you mean \($0)?" }
          ?? "There are: \(names.joined(separator: ", ")).")
    }
    self = mode
  }
}
