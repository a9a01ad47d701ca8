import Foundations
import Models
import SearchIndex
import Views

/// The index that a command asks: `INDEX`, `INDEX/COLLECTION` or a file.
struct AskedIndex {
  let path: String
  /// The project whose models it was made with.
  let directory: String

  static let options: [OptionSpec] =
    [
      .pipeline,
      OptionSpec(
        "--collection", value: "NAME",
        "One of the collections of an index stage that makes several; INDEX/NAME says the same."),
    ] + AskedGeneration.options

  init(_ named: String?, pipeline: String?, _ arguments: Arguments) throws {
    if let file = named, file.hasSuffix(IndexFiles.databaseEnding) || (try? FileSystem.status(file))??.isRegular == true
    {
      path = file
      directory = Path.workingDirectory
      return
    }
    let project = try Project(named: pipeline)
    directory = project.directory
    let published = try AskedGeneration(project, arguments).published()
    path = try IndexLocator(published).path(of: named, collection: arguments["--collection"])
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
