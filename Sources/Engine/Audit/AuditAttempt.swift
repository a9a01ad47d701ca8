import Foundations
import StageKit
import Store
import Synchronization

/// What an item became in an audit.
enum AuditOutcome: Equatable {
  /// The items that it turned into.
  case made([String: Digest])
  case failed(String)
  /// It cannot be made again here and now, which says nothing of what is remembered.
  case leftOut(String)
}

/// One making of a sample.
final class AuditAttempt: Sendable {
  /// Kinds of failures that come from this being no run: there is no network.
  private static let kindsLeftOut: Set<String> = ["frozen", "unavailable", "interrupted"]

  private let feed: AuditFeed
  private let objects: AuditObjects
  /// What ended the whole stage.
  private let failure = Mutex<SluiceError?>(nil)

  init(feed: AuditFeed, objects: AuditObjects) {
    self.feed = feed
    self.objects = objects
  }

  func fail(_ error: any Error) { failure.withLock { $0 = $0 ?? SluiceError(wrapping: error) } }

  /// What became of an item, by its position in the sample.
  func outcome(_ number: Int, _ item: Item) throws -> AuditOutcome {
    switch feed.outcome(number) {
    case nil:
      return .leftOut(failure.withLock { $0?.message } ?? "the stage gave no result for '\(item.id)'")
    case .done(let outputs, _)?:
      let input = try item.record.object()
      let made = try outputs.map { output in
        let members = output.inherits ? input.merging(output.members) : output.members
        return (output.id(ofInput: item.id), try objects.put(members.canonicalBytes))
      }
      return .made(Dictionary(made, uniquingKeysWith: { $1 }))
    case .failed(let failure)? where Self.kindsLeftOut.contains(failure.kind): return .leftOut(failure.message)
    case .failed(let failure)?, .stale(let failure)?: return .failed(failure.message)
    case .unchanged?, .gone?: return .leftOut("it depends on the outside world")
    }
  }

  /// What is other than it was, in a few words.
  func describe(_ now: AuditOutcome, was: [String: Digest]) throws -> String {
    switch now {
    case .failed(let message): return "it fails now: \(message)"
    case .leftOut(let reason): return reason
    case .made(let now):
      let gone = was.keys.filter { now[$0] == nil }.count
      let new = now.keys.filter { was[$0] == nil }.count
      if gone + new > 0 { return "\(was.count) items became \(now.count): \(gone) are gone, \(new) are new" }
      for id in was.keys.sorted() where was[id] != now[id] {
        guard let before = was[id], let after = now[id] else { continue }
        return try describe(before, after)
      }
      return "nothing"
    }
  }

  private func describe(_ before: Digest, _ after: Digest) throws -> String {
    let (old, new) = (try members(before), try members(after))
    let names = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
    return names.prefix(3).map { name in
      var (was, now) = (old[name], new[name])
      // Of what lies in an object its content says more than its name.
      if name == "body" { (was, now) = (text(was), text(now)) }
      guard let was, let now else { return "\(name): \(Self.alone(was)) → \(Self.alone(now))" }
      let shown = FirstDifference.shown(Self.text(was), Self.text(now), width: 60)
      return "\(name): '\(shown.before)' → '\(shown.after)'"
    }.joined(separator: "; ") + (names.count > 3 ? "; and \(names.count - 3) more members" : "")
  }

  private func members(_ digest: Digest) throws -> JSONObject { try Record(bytes: objects.get(digest)).object() }

  private func text(_ value: JSONValue?) -> JSONValue? {
    guard let digest = value?.string.flatMap({ Digest(reference: $0) }), let bytes = try? objects.get(digest) else {
      return value
    }
    return .string(String(decoding: bytes.prefix(1 << 20), as: UTF8.self))
  }

  private static func alone(_ value: JSONValue?) -> String {
    guard let value else { return "(none)" }
    let text = text(value)
    return text.count > 60 ? "'\(text.prefix(57))…'" : "'\(text)'"
  }

  private static func text(_ value: JSONValue) -> String {
    (value.string ?? value.canonicalText).split { $0 == "\n" || $0 == "\r" }.joined(separator: " ⏎ ")
  }
}
