import Formats
import Foundations
import Models
import SearchIndex
import Tokenization

/// `sluice search`
enum SearchCommand {
  static let spec = CommandSpec(
    "search", "Ask a published index.", usage: "[INDEX[/COLLECTION]] \"QUESTION\"",
    discussion: """
      INDEX is an index stage of the pipeline (needed only where there are several), or an index.sqlite file.
      Readers are never blocked by a run: they see the last published index.
      Filters: lang=en, year>=2020 and year<2024, course in (a, b), not (kind=draft or kind="to do"); or as JSON,
      {"lang": "en", "year": {">=": 2020}}. Several --filter have to hold together.
      Exit codes: 2 the question or filter is wrong (filter_required: a mandatory field is missing), 8 embedding_not_ready,
      9 vector_store_error, 10 embedding_service_unavailable.
      """,
    options: AskedIndex.options + [
      OptionSpec("--top-k", short: "-k", value: "N", "How many hits (5)."),
      OptionSpec("--mode", value: "MODE", "hybrid (the default), vector or text."),
      OptionSpec("--filter", short: "-f", value: "FILTER", isRepeatable: true, "Only chunks that pass."),
      OptionSpec("--rerank", "Have the best 50 read again by the installed cross-encoder."),
      OptionSpec("--rerank-model", value: "NAME", "Re-rank with this model: one in models/, or a path."),
      OptionSpec("--sections", "Group the hits by section, each in reading order."),
      OptionSpec(
        "--context", value: "TOKENS",
        "Print the hits as a context for a language model, with sources, in so many tokens."),
      OptionSpec(
        "--tokenizer", value: "NAME", "What --context counts with (the index's model, or a name as in `sluice tokens`)."
      ),
      OptionSpec("--explain", "Show how each hit was ranked."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    guard let question = words.rest.last, !question.isEmpty, words.rest.count <= 2 else {
      throw SluiceError(
        .usage, "what is the question?", advice: "For example: sluice search \"how are packages removed\"")
    }
    var request = SearchRequest(question)
    request.mode = try SearchMode(named: arguments["--mode"] ?? "hybrid")
    let context = try arguments.int("--context", maximum: 100_000)
    // A context takes what there is room for.
    request.limit = try arguments.int("--top-k", maximum: 100_000) ?? (context == nil ? 5 : 20)
    let asked = try AskedIndex(words.rest.count == 2 ? words.rest[0] : nil, pipeline: words.pipeline, arguments)
    let searcher = try Searcher(path: asked.path)
    let filters = arguments.all("--filter")
    if !filters.isEmpty { request.filter = try FilterReader.read(filters, fields: try searcher.fields()) }
    // Before a model is loaded.
    try searcher.checkRequired(request.filter)
    let answer = try searcher.search(
      request, embedder: try asked.embedder(for: searcher, [request.mode]),
      reranker: try reranker(arguments, asked.directory))
    // A filter that lets nothing through is told from a question that finds nothing.
    let note = try answer.trace.passing == 0 ? request.filter.map { try searcher.note(on: $0) } : nil
    let printer = SearchPrinter(isExplained: arguments.has("--explain"))
    let groups = arguments.has("--sections") || context != nil ? SectionGroup.group(answer.hits) : nil
    let assembled = try context.map { limit in
      let tokenizer = try tokenizer(arguments["--tokenizer"], searcher, asked.directory)
      return AnswerContext(groups ?? [], limit: limit, count: tokenizer.count)
    }
    if arguments.isJSON {
      Output.json(
        JSONValue(
          encoding: Printed(
            question: question, index: asked.path, mode: request.mode.rawValue, filter: request.filter?.description,
            context: assembled?.json, sections: assembled == nil ? groups?.map(\.json) : nil,
            hits: groups == nil ? answer.hits.map(\.json) : nil,
            trace: arguments.has("--explain") ? answer.trace.json : nil, note: note)))
    } else if let note {
      Output.line("Nothing was found: the filter lets no chunk through: \(note)")
    } else if let assembled {
      Output.line(assembled.sources.isEmpty ? "Nothing was found." : assembled.text)
    } else {
      Output.line(groups.map(printer.text) ?? printer.text(answer.hits))
      if arguments.has("--explain") { Output.line("\n" + printer.text(answer.trace)) }
    }
    return 0
  }

  private struct Printed: Encodable {
    let question: String
    let index: String
    let mode: String
    let filter: String?
    let context: JSONObject?
    let sections: [JSONObject]?
    let hits: [JSONObject]?
    let trace: JSONObject?
    /// Why the filter lets nothing through.
    let note: String?
  }

  private static func reranker(_ arguments: Arguments, _ directory: String) throws -> (any TextReranker)? {
    if let name = arguments["--rerank-model"] {
      return try CrossEncoder(directory: ModelFiles.locate(name, project: directory), threads: Parallel.processors)
    }
    guard arguments.has("--rerank") else { return nil }
    return try CrossEncoder(directory: CrossEncoder.installed(project: directory), threads: Parallel.processors)
  }

  private static func tokenizer(_ name: String?, _ searcher: Searcher, _ directory: String) throws -> any Tokenizer {
    let isLocal = searcher.info.passport?.fields.provider == "local"
    let model = name ?? (isLocal ? searcher.info.passport?.model : nil) ?? "all-MiniLM-L6-v2"
    return try Tokenizers.load(directory: ModelFiles.locate(model, project: directory))
  }
}

/// Hits as people read them.
struct SearchPrinter {
  let isExplained: Bool
  private let style = Style(descriptor: 1)

  func text(_ hits: [SearchHit]) -> String {
    if hits.isEmpty { return "Nothing was found." }
    return hits.enumerated().map { index, hit in
      ([title(index + 1, hit.sectionPath.isEmpty ? hit.title ?? hit.documentID : hit.sectionPath)]
        + body(hit, place: true))
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  func text(_ groups: [SectionGroup]) -> String {
    if groups.isEmpty { return "Nothing was found." }
    return groups.enumerated().map { index, group in
      let first = group.hits[0]
      var lines = [title(index + 1, group.sectionPath.isEmpty ? first.title ?? group.documentID : group.sectionPath)]
      lines.append("   \(style.dim(place(first) + "  score \(Units.decimal(group.score, 4))"))")
      return (lines + group.hits.flatMap { body($0, place: false) }).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  func text(_ trace: SearchTrace) -> String {
    var parts: [String] = []
    if let passing = trace.passing {
      parts.append("\(Units.counted(passing, "chunk")) \(passing == 1 ? "passes" : "pass") the filter")
    }
    if let search = trace.vectorSearch { parts.append("vectors: \(search)") }
    if trace.embedding > 0 { parts.append("question embedded in \(Units.decimal(trace.embedding, 1)) ms") }
    parts.append("searched in \(Units.decimal(trace.searching, 1)) ms")
    if let reranking = trace.reranking { parts.append("re-ranked in \(Units.decimal(reranking, 1)) ms") }
    return style.dim(parts.joined(separator: "; "))
  }

  private func title(_ number: Int, _ text: String) -> String {
    style.bold("\(number). \(TerminalText.line(text))")
  }

  private func place(_ hit: SearchHit) -> String {
    TerminalText.line(hit.url ?? hit.documentID) + (hit.page.map { ", page \($0)" } ?? "")
  }

  private func body(_ hit: SearchHit, place isPlaced: Bool) -> [String] {
    var lines = [
      "   \(hit.snippet.split(separator: "\n").joined(separator: " "))",
      "   \(style.dim((isPlaced ? place(hit) + "  " : "") + "[\(TerminalText.line(hit.chunkID))]"))",
    ]
    if let copies = hit.copies {
      lines.append("   \(style.dim("also as " + copies.map { TerminalText.line($0) }.joined(separator: ", ")))")
    }
    guard isExplained else { return lines }
    var parts = ["score \(Units.decimal(hit.scores.total, 4))"]
    if let rank = hit.scores.textRank {
      parts.append("words: rank \(rank)\(hit.scores.bm25.map { ", BM25 \(Units.decimal($0, 2))" } ?? "")")
    }
    if let rank = hit.scores.vectorRank {
      parts.append("meaning: rank \(rank)\(hit.scores.cosine.map { ", cosine \(Units.decimal($0, 3))" } ?? "")")
    }
    if let score = hit.scores.rerank { parts.append("re-ranked: \(Units.decimal(score, 3))") }
    lines.append("   \(style.dim(parts.joined(separator: "; ")))")
    return lines
  }
}
