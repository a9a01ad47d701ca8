import Clustering
import Foundations
import Models
import SearchIndex
import StageKit
import Views

/// `sluice topics`
enum TopicsCommand {
  static let spec = CommandSpec(
    "topics", "List the topics of a pipeline, or what the chunks nearest to a question speak of.",
    usage: "[STAGE] [\"QUESTION\"]",
    discussion: """
      Without a question: the topics that a cluster stage published, the hottest first, with their history.
      STAGE is needed only where there are several; --topic shows one of them with its evidence.
      With a question: the 100 chunks nearest to it, clustered; STAGE is then an index stage or an index.sqlite file.
      """,
    options: [
      .pipeline, OptionSpec("--limit", short: "-n", value: "N", "How many topics to list (20); 0 for all."),
      OptionSpec("--topic", value: "ID", "Show one topic: its evidence and what became of it."),
      OptionSpec("--top-k", short: "-k", value: "N", "With a question: how many chunks to cluster (100)."), .json,
    ] + AskedGeneration.options, run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    guard words.rest.count <= 2 else {
      throw SluiceError(
        .usage, "too many arguments", advice: "Put the question in quotes: sluice topics \"how are packages removed\"")
    }
    let first = words.rest.first
    if words.rest.count == 2 || (first.map { $0.hasSuffix(IndexFiles.databaseEnding) } ?? false) {
      guard words.rest.count == 2 else {
        throw SluiceError(
          .usage, "what is the question?", advice: "For example: sluice topics index.sqlite \"removing packages\"")
      }
      return try ask(words.rest[1], index: words.rest[0], words, arguments)
    }
    if let first, !first.isEmpty {
      let published = try stages(words, arguments, holding: PublishedFile.clusters).published
      // One word may be a stage; anything else is a question.
      guard published.names.contains(first) else { return try ask(first, index: nil, words, arguments) }
      return try list(PublishedTopics(folder: published.folder(first)), arguments)
    }
    let published = try stages(words, arguments, holding: PublishedFile.clusters).published
    return try list(PublishedTopics(folder: published.folder(published.only("topics"))), arguments)
  }

  private static func stages(_ words: PipelineWords, _ arguments: Arguments, holding file: String) throws -> (
    published: PublishedStages, project: Project
  ) {
    let project = try Project(named: words.pipeline)
    let generation = try AskedGeneration(project, arguments).published()
    return (PublishedStages(generation, holding: file), project)
  }

  private static func list(_ topics: PublishedTopics, _ arguments: Arguments) throws -> Int32 {
    if let id = arguments["--topic"] { return try show(id, topics, arguments) }
    let limit = try arguments.int("--limit", minimum: 0) ?? 20
    let shown = limit > 0 ? Array(topics.clusters.prefix(limit)) : topics.clusters
    if arguments.isJSON {
      Output.json([
        "topics": .array(shown.map { .object(topics.listed($0)) }), "nights": JSONValue(encoding: topics.nights),
        "chunks": JSONValue(topics.chunks), "noise": JSONValue(topics.noise), "map": JSONValue(topics.map),
      ])
      return 0
    }
    guard !shown.isEmpty else {
      Output.line(
        topics.chunks == 1
          ? "There are no topics: there is one chunk."
          : "There are no topics: all \(Units.show(topics.chunks)) chunks stand alone.")
      return 0
    }
    let style = Style(descriptor: 1)
    var table = TextTable(["hot", "chunks", "since", "sizes", "id", "topic"].map(style.dim), numeric: [0, 1])
    for cluster in shown {
      let id = cluster.id
      let news = topics.nights.count > 1 ? cluster.change.flatMap { $0 == "continued" ? nil : $0 } : nil
      let burst = cluster.burst?.isBurst == true ? " " + style.red("burst") : ""
      table.add([
        Units.decimal(cluster.hotScore, 2), Units.show(cluster.size), topics.since(cluster), topics.sparkline(id),
        style.dim(id.hasPrefix("cluster-") ? String(id.dropFirst(8)) : id),
        style.bold(cluster.label) + (news.map { " " + style.green($0) } ?? "") + burst,
      ])
    }
    Output.line(table.text)
    var summary =
      "\(Units.counted(topics.clusters.count, "topic")) of \(Units.counted(topics.chunks - topics.noise, "chunk")), \(Units.show(topics.noise)) in none"
    if shown.count < topics.clusters.count { summary += "; --limit 0 lists all" }
    Output.line("\n" + summary + (topics.map.map { "\nMap: \($0)" } ?? ""))
    return 0
  }

  private static func show(_ id: String, _ topics: PublishedTopics, _ arguments: Arguments) throws -> Int32 {
    guard let cluster = topics.cluster(id) else {
      if let dead = topics.topic(id) {
        if arguments.isJSON {
          Output.json(["lineage": .object(topics.json(dead)), "events": JSONValue(encoding: topics.events(dead.id))])
        } else {
          Output.line("\(dead.label) is gone." + topics.story(dead.id))
        }
        return 0
      }
      let ids = topics.clusters.map(\.id)
      throw SluiceError(
        .usage, "there is no topic '\(id)'",
        advice: Suggestion.nearest(to: id, among: ids).map { "Did you mean \($0)?" } ?? "`sluice topics` lists them.")
    }
    if arguments.isJSON {
      Output.json(.object(topics.whole(cluster)))
      return 0
    }
    let style = Style(descriptor: 1)
    let documents = cluster.documents.map { " of \(Units.counted($0, "document"))" } ?? ""
    var lines = [
      style.bold(cluster.label),
      style.dim(
        "\(cluster.id) · \(Units.counted(cluster.size, "chunk"))\(documents) · hot score \(Units.decimal(cluster.hotScore, 2))"
      ),
      "Terms: \(cluster.terms.joined(separator: ", "))",
    ]
    let story = topics.story(cluster.id)
    if !story.isEmpty { lines.append("History: \(topics.sparkline(cluster.id))\(story)") }
    for evidence in cluster.evidence {
      let page = evidence.page.map { ", page \($0)" } ?? ""
      if let snippet = evidence.snippet { lines.append("\n  \(snippet)") }
      lines.append("  " + style.dim("\(evidence.url ?? evidence.chunkID)\(page)"))
    }
    Output.line(lines.joined(separator: "\n"))
    return 0
  }

  private static func ask(
    _ question: String, index: String?, _ words: PipelineWords, _ arguments: Arguments
  ) throws -> Int32 {
    let path: String
    let directory: String
    var folders: [String] = []
    if let index, index.hasSuffix(IndexFiles.databaseEnding) || FileSystem.exists(index) {
      (path, directory) = (index, Path.workingDirectory)
    } else {
      let file = PublishedFile.index + IndexFiles.databaseEnding
      let (published, project) = try stages(words, arguments, holding: file)
      if let index, !published.names.contains(index) {
        throw SluiceError(
          .usage, "there is no published index '\(index)'",
          advice: published.names.isEmpty
            ? "Run the pipeline first: sluice run" : "There are: \(published.names.joined(separator: ", ")).")
      }
      path = try published.folder(index ?? published.only("index")) + "/" + file
      directory = project.directory
      folders = published.generation.stages.sorted().compactMap { published.generation.folder(of: $0) }
    }
    let searcher = try Searcher(path: path)
    guard let passport = searcher.info.passport else {
      throw SluiceError(
        .embeddingNotReady, "the index \(path) has no vectors",
        advice: "Put an embed stage before the index and run the pipeline.")
    }
    let vectors = try folders.lazy.compactMap { try PublishedVectors(folder: $0, passport: passport) }.first
    let view = try KeywordTopics.ask(
      question, of: searcher, embedder: try QueryEmbedder.make(for: passport, project: directory), vectors: vectors,
      count: try arguments.int("--top-k", maximum: 100_000) ?? 100)
    if arguments.isJSON {
      Output.json([
        "question": .string(question), "index": .string(path),
        "topics": .array(
          view.topics.map { topic in
            [
              "label": .string(topic.label), "terms": JSONValue(topic.terms), "size": JSONValue(topic.hits.count),
              "closeness": .double(topic.closeness), "hits": .array(topic.hits.map { .object($0.json) }),
            ]
          }), "others": .array(view.others.map { .object($0.json) }),
      ])
      return 0
    }
    let style = Style(descriptor: 1)
    if view.topics.isEmpty { Output.line("The chunks nearest to this (\(view.others.count)) have nothing in common.") }
    for (number, topic) in view.topics.enumerated() {
      Output.line(
        (number == 0 ? "" : "\n") + style.bold("\(number + 1). \(topic.label)")
          + style.dim("  \(Units.counted(topic.hits.count, "chunk")), cosine \(Units.decimal(topic.closeness, 2))"))
      for hit in topic.hits.prefix(3) {
        let place = hit.sectionPath.isEmpty ? hit.title ?? hit.documentID : hit.sectionPath
        Output.line("   \(place)")
        Output.line("   " + style.dim("\(hit.url ?? hit.documentID)\(hit.page.map { ", page \($0)" } ?? "")"))
      }
    }
    if !view.others.isEmpty && !view.topics.isEmpty { Output.line("\n\(view.others.count) more stand alone.") }
    return 0
  }
}
