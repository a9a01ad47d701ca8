import Evidence
import Foundations
import Manifest
import Models
import SearchIndex
import StageKit
import Store
import Synchronization

/// Looks at an index dimension by dimension: plan questions, retrieve, say what each dimension's own evidence says, sum
/// up with scores. Every statement has verbatim quotes that were checked.
struct AnalyzeStage: CollectionStage {
  let implementationVersion = 2
  let keyComponents: JSONObject
  let hasStableIDs = false
  let requiredInputs = ["index"]
  var gateMeasures: (any GateMeasures)? { InsightsMeasures() }
  let projection = Projection.whole

  private let chat: StageProvider?
  private let planPrompt: String
  private let dimensionPrompt: String
  private let synthesisPrompt: String
  private let path: String
  private let subject: String
  private let questionCount: Int
  private let evidenceCount: Int

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    chat = try StageProvider.chat(configuration, without: "extractive")
    planPrompt = configuration.prompt("analyze.plan")
    dimensionPrompt = configuration.prompt("analyze.dimension")
    synthesisPrompt = configuration.prompt("analyze.synthesis")
    path = Path.join(configuration.directory, try parameters.string("dimensions"))
    subject = try parameters.string("subject")
    questionCount = try parameters.int("questions")
    evidenceCount = try parameters.int("evidence")
    // A mistake in the file is told before anything runs.
    _ = try DimensionsFile(path: path)
    let dimensions: JSONObject = ["dimensions": .string(try configuration.files.digest(ofFile: path).description)]
    keyComponents = dimensions.merging(chat?.keyComponents ?? [:])
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    guard let files = try inputs.datasets(ofType: "index").first?.indexFiles() else {
      throw SluiceError(
        .badInput, "stage \(context.stage) has no index to look into", advice: "Name an index stage: needs: index")
    }
    let searcher = try Searcher(files: files)
    let retrieval = DimensionRetrieval(searcher, try embedder(searcher, context))
    let model = try chat.map { try LanguageModel($0.chain, $0.environment(context)) }
    var analyses = try DimensionsFile(path: path).dimensions.map {
      DimensionAnalysis(dimension: $0, questions: [], evidence: [], fields: [:], score: nil, provenance: .extractive)
    }
    let shortfall = Mutex<SluiceError?>(nil)
    let count = analyses.count
    let steps = count * 3 + 1
    // Each dimension on its own: what one finds is never shown to another.
    analyses = try each(analyses, model) { number, analysis in
      context.progress(number, steps)
      return try plan(analysis, model, shortfall)
    }
    for number in analyses.indices {
      try context.checkStopping()
      context.progress(count + number, steps)
      analyses[number].evidence = try retrieval.chunks(analyses[number].questions, limit: evidenceCount)
    }
    analyses = try each(analyses, model) { number, analysis in
      try context.checkStopping()
      context.progress(count * 2 + number, steps)
      return try say(analysis, model, shortfall, context)
    }
    let synthesis = try sum(analyses, model, shortfall, context)
    context.progress(steps, steps)
    let page = AnalysisPage(subject: subject, analyses: analyses, synthesis: synthesis)
    return try output(page, shortfall.withLock { $0 }, context)
  }

  private func embedder(_ searcher: Searcher, _ context: StageContext) throws -> (any TextEmbedder)? {
    guard searcher.info.vectors > 0, let passport = searcher.info.passport else { return nil }
    if context.isFrozen, passport.fields.provider != "local" {
      throw SluiceError(
        .frozen, "the questions would have to be embedded by \(passport.model), and the run is frozen",
        advice: "Run without --frozen once: results are kept.")
    }
    let environment = (chat ?? StageProvider(chain: [])).environment(context)
    return try QueryEmbedder.make(for: passport, project: context.directory, environment: environment)
  }

  private func each(
    _ analyses: [DimensionAnalysis], _ model: LanguageModel?,
    _ body: @escaping @Sendable (Int, DimensionAnalysis) throws -> DimensionAnalysis
  ) throws -> [DimensionAnalysis] {
    let results = Mutex(analyses)
    try Parallel.forEach(count: analyses.count, threads: min(model?.concurrent ?? 1, analyses.count), grain: 1) {
      number in
      let result = try body(number, analyses[number])
      results.withLock { $0[number] = result }
    }
    return results.withLock { $0 }
  }

  /// What to look up: what the file says, what the model plans, or the dimension's question.
  private func plan(_ analysis: DimensionAnalysis, _ model: LanguageModel?, _ shortfall: borrowing Mutex<SluiceError?>)
    throws
    -> DimensionAnalysis
  {
    var analysis = analysis
    analysis.questions = analysis.dimension.questions
    if !analysis.questions.isEmpty { return analysis }
    analysis.questions = [analysis.dimension.question]
    guard let model else { return analysis }
    let question: JSONObject = [
      "subject": .string(subject), "dimension": .string(analysis.dimension.title),
      "question": .string(analysis.dimension.question), "count": JSONValue(questionCount),
    ]
    let schema: JSONValue = [
      "type": "object", "properties": ["questions": ["type": "array", "items": ["type": "string"]]],
      "required": ["questions"], "additionalProperties": false,
    ]
    do throws(SluiceError) {
      let answer = try model.ask(
        ChatRequest(
          [
            ChatMessage(.system, planPrompt),
            ChatMessage(.user, JSONValue.object(question).prettyText),
          ], purpose: "plan", schema: schema, maxTokens: 600))
      let object = answer.object ?? [:]
      let given = (try? object.decoded(as: Planned.self))?.questions ?? []
      let planned = given.map { String(ChunkText.line($0).prefix(300)) }
        .filter { !$0.isEmpty && !InjectedText.looksLikeInstruction($0) }
      analysis.questions += planned.filter { !analysis.questions.contains($0) }.prefix(questionCount)
    } catch { try note(error, shortfall) }
    return analysis
  }

  private struct Planned: Decodable { @LenientList var questions: [String] }
  private struct Judged: Decodable { let score: Double? }

  private func say(
    _ analysis: DimensionAnalysis, _ model: LanguageModel?, _ shortfall: borrowing Mutex<SluiceError?>,
    _ context: StageContext
  ) throws -> DimensionAnalysis {
    var analysis = analysis
    if let model, !analysis.evidence.isEmpty {
      let prompt = dimensionPrompt
      let asked = StatementModel(
        model: model, prompt: prompt, purpose: "analysis",
        fields: AnalysisField.ofDimension.map(\.field), more: ["score": ["type": ["number", "null"]]])
      do throws(SluiceError) {
        let result = try asked.statements(
          about: [
            "subject": .string(subject), "dimension": .string(analysis.dimension.title),
            "question": .string(analysis.dimension.question),
          ], evidence: analysis.evidence)
        for fault in result.faults { context.log(.info, "\(analysis.dimension.name): dropped \(fault)") }
        analysis.fields = result.fields
        // A judgement that rests on nothing is none.
        if result.statements > 0, let score = (try? result.more.decoded(as: Judged.self))?.score,
          (0...10).contains(score)
        {
          analysis.score = (score * 10).rounded() / 10
        }
        analysis.provenance = result.provenance(prompt: prompt)
        return analysis
      } catch { try note(error, shortfall) }
    }
    analysis.fields = ExtractiveAnalysis.fields(analysis.evidence)
    analysis.provenance = .extractive
    return analysis
  }

  private func sum(
    _ analyses: [DimensionAnalysis], _ model: LanguageModel?, _ shortfall: borrowing Mutex<SluiceError?>,
    _ context: StageContext
  ) throws -> AnalysisSynthesis {
    let weighed = analyses.filter { $0.score != nil }
    let weight = weighed.reduce(0) { $0 + $1.dimension.weight }
    let total = weighed.reduce(0) { $0 + ($1.score ?? 0) * $1.dimension.weight }
    let score = weight > 0 ? (total / weight * 10).rounded() / 10 : nil
    // Only what a dimension's statement quotes may be quoted again.
    let cited = Set(analyses.flatMap { $0.statements.flatMap(\.evidenceIDs) })
    var known: Set<String> = []
    let evidence = analyses.flatMap(\.evidence).filter {
      cited.contains($0.chunkID) && known.insert($0.chunkID).inserted
    }
    if let model, !evidence.isEmpty {
      let prompt = synthesisPrompt
      let asked = StatementModel(
        model: model, prompt: prompt, purpose: "synthesis", fields: AnalysisField.ofSynthesis.map(\.field))
      do throws(SluiceError) {
        let result = try asked.statements(
          about: ["subject": .string(subject), "dimensions": .array(analyses.map(\.digest))], evidence: evidence)
        for fault in result.faults { context.log(.info, "synthesis: dropped \(fault)") }
        return AnalysisSynthesis(
          score: score, evidence: evidence, fields: result.fields, provenance: result.provenance(prompt: prompt))
      } catch { try note(error, shortfall) }
    }
    return AnalysisSynthesis(
      score: score, evidence: evidence, fields: ExtractiveAnalysis.synthesis(analyses),
      provenance: .extractive)
  }

  /// Goes on without the model when it cannot be asked just now.
  private func note(_ error: SluiceError, _ shortfall: borrowing Mutex<SluiceError?>) throws {
    guard error.code == .service || error.code == .budget else { throw error }
    shortfall.withLock { $0 = $0 ?? error }
  }

  private func output(_ page: AnalysisPage, _ missing: SluiceError?, _ context: StageContext) throws
    -> CollectionOutput
  {
    let files = [PublishedFile.analysis, PublishedFile.analysisText, PublishedFile.analysisPage].map {
      ($0, Path.join(context.scratch, $0))
    }
    let records = page.records
    try FileSystem.writeAtomically(JSONValue.array(records.map { .object($0) }).prettyText + "\n", to: files[0].1)
    try FileSystem.writeAtomically(page.markdown, to: files[1].1)
    try FileSystem.writeAtomically(page.html, to: files[2].1)
    return CollectionOutput(
      items: zip(page.ids, records).map { Item(id: $0, record: Record($1)) },
      files: Dictionary(uniqueKeysWithValues: files),
      summary:
        "\(Units.counted(page.analyses.count, "dimension")), \(Units.counted(page.statementCount, "statement")) with evidence",
      shortfall: missing.map { "parts of the analysis are without the model (\($0.message))" })
  }
}
