import Foundations
import SQLite

/// A result as a row of the ledger's table `stages`: columns that all kinds have, and each kind its own.
extension StageRecord {
  private enum Kind: String {
    case source, items, collection
  }

  static let columns = """
    stage, kind, state, stage_key, recipe, type, dataset, count, failed, run, recorded, inputs, input, derivation, \
    fingerprint, freshness_policy, valid_until, datasets, files, summary, provisional
    """

  /// Positions in a dataset have 32 bits.
  private static let mostItems = Int(UInt32.max)

  /// The values of `columns`.
  var row: [SQLiteValue] {
    let common: (Kind) -> [SQLiteValue] = { kind in
      [
        .text(stage), .text(kind.rawValue), .text(standing.rawValue), .digest(stageKey), .digest(recipe), .text(type),
        .digest(dataset), .int(count), .int(failed), .int(run), .real(recorded.seconds),
      ]
    }
    func bytes(_ digests: [Digest]) -> SQLiteValue { .blob(digests.flatMap(\.bytes)) }
    switch result {
    case .source(let result):
      return common(.source) + [
        .null, .digest(result.origin.input), .digest(result.origin.derivation), .digest(result.fingerprint), .null,
        .null, .null, .null, .null, .null,
      ]
    case .items(let result):
      return common(.items) + [
        bytes(result.inputs), .digest(result.origin.input), .digest(result.origin.derivation), .null,
        .digest(result.freshnessPolicy), .real(result.validity.storedSeconds), .null, .null, .null, .null,
      ]
    case .collection(let result):
      return common(.collection) + [
        bytes(result.inputs), .null, .null, .null, .null, .null, .digest(result.datasets),
        .text(NamedDigests.text(result.files)), .said(result.summary), .int(result.isProvisional ? 1 : 0),
      ]
    }
  }

  /// `nil` for a row that somebody damaged, which is no result: the stage runs again.
  /// - Parameter column: where `columns` begin.
  init?(_ row: SQLiteStatement, from column: Int32 = 0) {
    guard let stage = row.optionalText(column + 0), let kind = row.optionalText(column + 1).flatMap(Kind.init),
      let standing = row.optionalText(column + 2).flatMap(Standing.init), let stageKey = row.optionalDigest(column + 3),
      let type = row.optionalText(column + 5), let dataset = row.optionalDigest(column + 6),
      let result = Self.result(kind, row, column)
    else { return nil }
    let (count, failed, run) = (row.int(column + 7), row.int(column + 8), row.int(column + 9))
    // Numbers out of a file are added and compared: nothing in them may overflow.
    guard (0...Self.mostItems).contains(failed), (0...Self.mostItems).contains(count), run > 0 else { return nil }
    self.init(
      stage: stage, stageKey: stageKey, dataset: dataset, count: count, type: type, failed: failed, run: run,
      recipe: row.optionalDigest(column + 4), result: result, standing: standing,
      recorded: Timestamp(seconds: row.real(column + 10)))
  }

  private static func result(_ kind: Kind, _ row: SQLiteStatement, _ column: Int32) -> StageResult? {
    func digests(_ place: Int32) -> [Digest]? { row.withBlob(column + place) { Digest.list($0) } }
    func origin() -> ItemOrigin? {
      guard let input = row.optionalDigest(column + 12), let derivation = row.optionalDigest(column + 13) else {
        return nil
      }
      return ItemOrigin(input: input, derivation: derivation)
    }
    switch kind {
    case .source:
      return origin().map { .source(SourceResult(origin: $0, fingerprint: row.optionalDigest(column + 14))) }
    case .items:
      guard let origin = origin(), let inputs = digests(11) else { return nil }
      return .items(
        ItemsResult(
          inputs: inputs, origin: origin, freshnessPolicy: row.optionalDigest(column + 15),
          validity: Validity(seconds: row.optionalReal(column + 16))))
    case .collection:
      guard let inputs = digests(11), let datasets = row.optionalDigest(column + 17),
        let files = NamedDigests.read(row.optionalText(column + 18)), let summary = row.optionalText(column + 19)
      else { return nil }
      return .collection(
        CollectionResult(
          inputs: inputs, datasets: datasets, files: files, summary: summary, isProvisional: row.int(column + 20) != 0))
    }
  }
}

/// Files by name, as the ledger keeps them: a JSON object, or nothing.
enum NamedDigests {
  static func text(_ files: [String: Digest]) -> String? {
    files.isEmpty ? nil : JSONValue(encoding: files).canonicalText
  }

  /// `nil` when it is not what `text` makes.
  static func read(_ text: String?) -> [String: Digest]? {
    guard let text else { return [:] }
    return try? JSONValue(parsing: text).decoded(as: [String: Digest].self)
  }
}
