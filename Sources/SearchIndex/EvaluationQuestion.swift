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
      let object: JSONObject
      do {
        guard let parsed = try JSONValue(parsing: Array(line)).object else { throw fault("this line is no object") }
        object = parsed
      } catch let error as Diagnostic { throw error } catch { throw fault("this line is no JSON: \(error)") }
      guard let query = object["query"]?.string, !query.isEmpty else { throw fault("this question has no 'query'") }
      let isByDocument = object["relevant"] == nil
      guard let relevant = grades(object["relevant"] ?? object["relevant_documents"]),
        relevant.contains(where: { $0.value > 0 })
      else {
        throw fault("this question does not say what is 'relevant': ids in a list, or an object of ids and grades")
      }
      let filter: String? = object["filter"].map { $0.string ?? $0.canonicalText }
      questions.append(
        EvaluationQuestion(
          id: object["id"]?.string ?? object["id"]?.int.map(String.init) ?? String(questions.count + 1), query: query,
          relevant: relevant, isByDocument: isByDocument, filter: filter))
    }
    guard !questions.isEmpty else {
      throw SluiceError(
        .usage, "\(path) holds no questions", advice: #"A line for each: {"query": "…", "relevant": ["chunk id"]}"#)
    }
    return questions
  }

  private static func grades(_ value: JSONValue?) -> [String: Double]? {
    if let list = value?.array {
      let ids = list.compactMap(\.string)
      return ids.count == list.count ? Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: { a, _ in a }) : nil
    }
    guard let object = value?.object else { return nil }
    var grades: [String: Double] = [:]
    for member in object.members {
      guard let grade = member.value.double else { return nil }
      grades[member.key] = grade
    }
    return grades
  }

  /// The ids of hits as this question names them; a document counts where its first chunk stands.
  package func ranking(_ hits: [SearchHit]) -> [String] {
    guard isByDocument else { return hits.map(\.chunkID) }
    var seen: Set<ExactText> = []
    return hits.map(\.documentID).filter { seen.insert(ExactText($0)).inserted }
  }
}
