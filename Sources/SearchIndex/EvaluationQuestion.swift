import Foundations

/// A question and what should be found: a line of a file of questions.
///
///     {"query": "how are packages removed", "relevant": ["policy.html#0004"]}
///     {"id": "q2", "query": "…", "relevant": {"a#0001": 2, "a#0002": 1}, "filter": "lang=en"}
///     {"query": "…", "relevant_documents": ["policy.html"]}
package struct EvaluationQuestion: Sendable, Hashable {
  package let id: String
  package let query: String
  /// By chunk id, or by document id when `isByDocument`.
  package let relevant: [String: Double]
  package let isByDocument: Bool
  package let filter: String?

  /// Reads a file of JSON Lines.
  /// - Throws: a `Diagnostic` at the first line that is none, or lacks something.
  package static func read(file path: String) throws -> [EvaluationQuestion] {
    let source = SourceText(name: path, bytes: try FileSystem.read(path, limit: 1 << 30))
    var questions: [EvaluationQuestion] = []
    for (index, line) in source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      if line.allSatisfy({ $0 <= UInt8(ascii: " ") }) { continue }
      func fault(_ message: String) -> Diagnostic {
        Diagnostic(
          source, SourcePosition(line: index + 1, column: 1), message,
          hint: #"For example: {"query": "how are packages removed", "relevant": ["policy.html#0004"]}"#)
      }
      let value: JSONValue
      do { value = try JSONValue(parsing: Array(line)) } catch { throw fault("this line is no JSON: \(error)") }
      guard let line = try? value.decoded(as: Line.self) else { throw fault("this line is no object") }
      guard let query = line.query, !query.isEmpty else { throw fault("this question has no 'query'") }
      guard let relevant = (line.relevant ?? line.relevantDocuments)?.wrappedValue?.byID,
        relevant.contains(where: { $0.value > 0 })
      else {
        throw fault("this question does not say what is 'relevant': ids in a list, or an object of ids and grades")
      }
      questions.append(
        EvaluationQuestion(
          id: line.id.flatMap { $0.string ?? $0.int.map(String.init) } ?? String(questions.count + 1), query: query,
          relevant: relevant, isByDocument: line.relevant == nil,
          filter: line.filter.map { $0.string ?? $0.canonicalText }))
    }
    guard !questions.isEmpty else {
      throw SluiceError(
        .usage, "\(path) holds no questions", advice: #"A line for each: {"query": "…", "relevant": ["chunk id"]}"#)
    }
    return questions
  }

  /// A line as it stands.
  private struct Line: Decodable {
    @Lenient var query: String?
    let id: JSONValue?
    let relevant: Lenient<Grades>?
    let relevantDocuments: Lenient<Grades>?
    /// A text, or an object.
    let filter: JSONValue?

    enum CodingKeys: String, CodingKey {
      case query, id, relevant, filter
      case relevantDocuments = "relevant_documents"
    }
  }

  /// A list of ids, or an object of ids and grades.
  private struct Grades: Decodable {
    let byID: [String: Double]

    init(from decoder: any Decoder) throws {
      if let ids = try? [String](from: decoder) {
        byID = Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: { first, _ in first })
      } else {
        byID = try [String: Double](from: decoder)
      }
    }
  }

  /// The ids of hits as this question names them; a document counts where its first chunk stands.
  package func ranking(_ hits: [SearchHit]) -> [String] {
    guard isByDocument else { return hits.map(\.chunkID) }
    var seen: Set<ExactText> = []
    return hits.map(\.documentID).filter { seen.insert(ExactText($0)).inserted }
  }
}
