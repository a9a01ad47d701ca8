import Foundations
import HTTPClient

/// Which of several representations of a page an answer is (RFC 9110, 12.5.5): validators of one say nothing of
/// another.
enum VaryFields {
  /// The values of the request's fields that `Vary` names, as one short text; `nil` for `Vary: *`, which no other
  /// request is sure to match. How the body was packed for the way does not count: it is unpacked.
  static func signature(_ vary: String, _ request: HTTPHeaders) -> String? {
    let names = Set(vary.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
    if names.contains("*") { return nil }
    let shown = names.subtracting(["accept-encoding", ""]).sorted().map { "\($0): \(request[$0] ?? "")" }
    return shown.isEmpty ? "" : Digest(of: shown.joined(separator: "\n")).short
  }

  /// Validators to send with a request; none when they belong to another representation.
  static func usable(_ validators: HTTPValidators, for request: HTTPHeaders) -> HTTPValidators {
    guard let vary = validators.vary else { return validators }
    return signature(vary, request) == validators.variant ? validators : HTTPValidators()
  }
}
