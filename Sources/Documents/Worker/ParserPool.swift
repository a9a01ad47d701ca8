import Foundations
import Glibc
import Synchronization

/// Parses untrusted documents in child processes: at most one for each thread that calls `parse` at
/// the same time, each used for many documents, and replaced when it was stopped or crashed.
package final class ParserPool: Sendable {
  private let command: [String]
  private let options: ParseOptions
  private let limits: ParserLimits
  private let isStopping: @Sendable () -> Bool
  private let idle = Mutex<[ParserChild]>([])

  /// `command` starts a worker; by default this very program as `worker parse`. Once `isStopping`
  /// says so, documents are given two more seconds.
  package init(
    limits: ParserLimits = ParserLimits(), options: ParseOptions = ParseOptions(),
    command: [String] = ParserPool.thisProgram,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.isStopping = isStopping
    self.limits = limits
    self.options = options
    self.command = command
  }

  package static let thisProgram = ["/proc/self/exe", "worker", "parse"]

  /// The parsed document as the canonical bytes of its JSON (`ParsedDocument.json`).
  /// - Throws: `ItemProblem` when this document cannot be read, `SluiceError` when none can.
  package func parse(_ bytes: [UInt8], _ source: DocumentSource) throws -> [UInt8] {
    guard bytes.count <= limits.maxBytes else {
      throw ItemProblem(
        "too_large",
        "the document has \(Units.show(bytes: bytes.count)); at most \(Units.show(bytes: limits.maxBytes)) are parsed"
      )
    }
    let child = try idle.withLock { $0.popLast() } ?? ParserChild(command, limits)
    let answer = try child.ask(order(bytes, source), isStopping: isStopping)
    if child.documents < limits.documentsPerChild { idle.withLock { $0.append(child) } }
    return try result(answer)
  }

  private func order(_ bytes: [UInt8], _ source: DocumentSource) -> ParserFrame {
    var header = JSONObject()
    header["charset"] = source.charset.map { .string($0) }
    header["content_type"] = source.contentType.map { .string($0) }
    header["language"] = source.language.map { .string($0) }
    header["name"] = source.name.map { .string($0) }
    header["options"] = .object(options.order)
    return ParserFrame(header: header, body: bytes)
  }

  private func result(_ answer: ParserFrame) throws -> [UInt8] {
    let message = answer.header["message"]?.string ?? ""
    switch answer.header["status"]?.string {
    case "ok": return answer.body
    case "problem": throw ItemProblem(answer.header["kind"]?.string ?? "parser", message)
    default:
      throw SluiceError(
        SluiceError.Code(answer.header["code"]?.string ?? "system"), message,
        advice: answer.header["advice"]?.string ?? "")
    }
  }
}
