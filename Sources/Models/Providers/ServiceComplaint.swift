import Foundations
import HTTPClient

/// What an error's body says.
struct ServiceComplaint {
  /// OpenAI's `error.message`, or the beginning of the text, on one line and without secrets.
  let message: String
  /// Whether waiting is in vain: the account has no money left.
  let isQuotaSpent: Bool

  /// The HTTP status that the body itself names, if it does.
  let status: Int?

  init(_ response: HTTPResponse) {
    let body = try? JSONValue(parsing: response.body).decoded(as: Body.self)
    let text =
      body?.error?.message ?? body?.message ?? body?.detail
      ?? String(decoding: response.body.prefix(200), as: UTF8.self)
    let line = String(text.prefix(300).map { $0.isNewline ? " " : $0 })
    message = Secrets.redacted(line.isEmpty ? "no reason given" : line)
    status = body?.error?.code.flatMap { Int($0) }.flatMap { (400..<600).contains($0) ? $0 : nil }
    isQuotaSpent = ["insufficient_quota", "billing_hard_limit_reached"].contains(body?.error?.code)
  }

  /// Whether an answer with status 200 is an error all the same, as gateways send them when their own source failed.
  static func isError(_ answer: JSONValue) -> Bool {
    guard let error = answer.object?["error"], !error.isNull else { return false }
    return answer.object?["choices"]?.array?.isEmpty != false && answer.object?["data"]?.array?.isEmpty != false
  }

  /// OpenAI's, and what other servers make of it.
  private struct Body: Decodable {
    @Lenient var error: Complaint?
    @Lenient var message: String?
    @Lenient var detail: String?
  }

  /// A text, or an object that has one.
  private struct Complaint: Decodable {
    let message: String?
    let code: String?

    private struct Members: Decodable {
      @Lenient var message: String?
      @Lenient var code: JSONValue?
      @Lenient var type: String?
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        (message, code) = (text, nil)
      } else {
        let members = try Members(from: decoder)
        (message, code) = (
          members.message, members.code.flatMap { $0.string ?? $0.int.map(String.init) } ?? members.type
        )
      }
    }
  }
}
