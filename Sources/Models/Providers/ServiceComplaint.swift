import Foundations
import HTTPClient

/// What an error's body says.
struct ServiceComplaint {
  /// OpenAI's `error.message`, or the beginning of the text, on one line and without secrets.
  let message: String
  /// Whether waiting is in vain: the account has no money left.
  let isQuotaSpent: Bool

  init(_ response: HTTPResponse) {
    let json = try? JSONValue(parsing: response.body)
    let text =
      json?["error"]?["message"]?.string ?? json?["error"]?.string ?? json?["message"]?.string
      ?? json?["detail"]?.string ?? String(decoding: response.body.prefix(200), as: UTF8.self)
    let line = String(text.prefix(300).map { $0.isNewline ? " " : $0 })
    message = Secrets.redacted(line.isEmpty ? "no reason given" : line)
    let code = json?["error"]?["code"]?.string ?? json?["error"]?["type"]?.string ?? ""
    isQuotaSpent = code == "insufficient_quota" || code == "billing_hard_limit_reached"
  }
}
