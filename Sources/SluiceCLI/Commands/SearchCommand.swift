import Foundations
import Graph
import Manifest
import Models
import SearchIndex
import Store

/// `sluice search`
enum SearchCommand {
  static let spec = CommandSpec(
    "search", "Ask a published index.", usage: "[INDEX] \"QUESTION\"",
    discussion: """
      INDEX is an index stage of the pipeline (needed only where there are several), or an index.sqlite file.
      Readers are never blocked by a run: they see the last published index.
      """,
    options: [
      .pipeline, OptionSpec("--top-k", short: "-k", value: "N", "How many hits (5)."),
      OptionSpec("--mode", value: "MODE", "hybrid (the default), vector or text."),
      OptionSpec("--explain", "Show how each hit was ranked."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    guard let question = words.rest.last, !question.isEmpty, words.rest.count <= 2 else {
      throw SluiceError(
        .usage, "what is the question?", advice: "For example: sluice search \"how are packages removed\"")
    }
    let modeName = arguments["--mode"] ?? "hybrid"
    guard let mode = SearchMode(rawValue: modeName) else {
      let names = SearchMode.allCases.map(\.rawValue)
      throw SluiceError(
        .usage, "there is no mode '\(modeName)'",
        advice: Suggestion.nearest(to: modeName, among: names).map { "Did you mean \($0)?" }
          ?? "There are: \(names.joined(separator: ", ")).")
    }
    let (path, directory) = try locate(words, arguments)
    let searcher = try Searcher(path: path)
    let embedder =
      mode == .text || searcher.info.vectors == 0 ? nil : try embedder(for: searcher.info.passport, in: directory)
    let hits = try searcher.search(question, mode: mode, limit: try arguments.int("--top-k") ?? 5, embedder: embedder)
    if arguments.isJSON {
      Output.json([
        "question": .string(question), "index": .string(path), "hits": .array(hits.map { .object($0.json) }),
      ])
    } else {
      Output.line(
        hits.isEmpty
          ? "Nothing was found."
          : hits.enumerated().map { text($0.offset + 1, $0.element, arguments.has("--explain")) }.joined(
            separator: "\n\n"))
    }
    return 0
  }

  private static func text(_ number: Int, _ hit: SearchHit, _ isExplained: Bool) -> String {
    let style = Style(descriptor: 1)
    var place = hit.url ?? hit.documentID
    if let page = hit.page { place += ", page \(page)" }
    var lines = [
      "\(style.bold("\(number). \(hit.sectionPath.isEmpty ? hit.title ?? hit.documentID : hit.sectionPath)"))",
      "   \(hit.snippet.split(separator: "\n").joined(separator: " "))",
      "   \(style.dim("\(place)  [\(hit.chunkID)]"))",
    ]
    if isExplained {
      var parts = ["score \(Units.decimal(hit.scores.total, 4))"]
      if let rank = hit.scores.textRank {
        parts.append("words: rank \(rank)\(hit.scores.bm25.map { ", BM25 \(Units.decimal($0, 2))" } ?? "")")
      }
      if let rank = hit.scores.vectorRank {
        parts.append("meaning: rank \(rank)\(hit.scores.cosine.map { ", cosine \(Units.decimal($0, 3))" } ?? "")")
      }
      lines.append("   \(style.dim(parts.joined(separator: "; ")))")
    }
    return lines.joined(separator: "\n")
  }

  /// The index file, and the project whose models it was made with.
  private static func locate(_ words: PipelineWords, _ arguments: Arguments) throws -> (path: String, directory: String)
  {
    let named = words.rest.count == 2 ? words.rest[0] : nil
    if let named, named.hasSuffix(".sqlite") || FileSystem.exists(named) { return (named, Path.workingDirectory) }
    let project = try Project(named: words.pipeline)
    let published = project.layout.published(try project.graph(arguments).pipeline.name)
    let stages = ((try? FileSystem.list(published)) ?? []).filter {
      FileSystem.exists("\(published)/\($0)/index.sqlite")
    }
    let stage: String
    if let named {
      guard stages.contains(named) else {
        throw SluiceError(
          .usage, "there is no published index '\(named)'",
          advice: stages.isEmpty
            ? "Run the pipeline first: sluice run" : "There are: \(stages.joined(separator: ", ")).")
      }
      stage = named
    } else {
      guard let first = stages.first else {
        throw SluiceError(
          .vectorStoreError, "nothing is published yet that could be searched",
          advice: "Run the pipeline first: sluice run")
      }
      guard stages.count == 1 else {
        throw SluiceError(
          .usage, "there are \(stages.count) indexes: name one",
          advice: "For example: sluice search \(first) \"…\". There are: \(stages.joined(separator: ", ")).")
      }
      stage = first
    }
    return ("\(published)/\(stage)/index.sqlite", project.directory)
  }

  /// The model that the index was made with.
  private static func embedder(for passport: VectorPassport?, in directory: String) throws -> (any TextEmbedder)? {
    guard let passport else { return nil }
    return try QueryEmbedder.make(for: passport, project: directory)
  }
}
