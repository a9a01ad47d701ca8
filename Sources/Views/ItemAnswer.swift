import Foundations
import Store

/// Why one item ran or did not, for programs.
struct ItemAnswer: Encodable {
  let stage: String
  let item: String
  var outputs: [String]?
  var isQuarantined: Bool?
  /// Whether the stage reads it no longer.
  var hasLeft: Bool?
  var failure: Failure?
  var lastWork: Work?
  /// When it left, and because of what.
  var departure: Departures.Departure?
  var pending: [Pending]?
  var stageKey: String?
  var itemDigest: String?
  var reads: [String]?
  var memoKey: String?

  enum CodingKeys: String, CodingKey {
    case stage, item, outputs, failure, pending, reads
    case isQuarantined = "quarantined"
    case hasLeft = "left"
    case lastWork = "last_worked_on"
    case departure = "departure"
    case stageKey = "stage_key"
    case itemDigest = "item_digest"
    case memoKey = "memo_key"
  }

  struct Failure: Encodable {
    let kind: String
    let message: String
    let attempts: Int

    init(_ entry: QuarantineEntry) {
      kind = entry.kind
      message = entry.message
      attempts = entry.attempts
    }
  }

  struct Work: Encodable {
    let run: Int
    let reason: String
    var changes: [JSONValue]?
    var seconds: Double?
  }

  /// A stage that a run would begin with.
  struct Pending: Encodable {
    let stage: String
    let reasons: [JSONValue]
  }
}
