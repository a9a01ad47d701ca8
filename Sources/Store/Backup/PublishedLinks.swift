import Foundations
import SQLite

/// The links of a generation, as a ledger has them.
struct PublishedLinks {
  let line: String
  let number: Int
  let isCurrent: Bool
  /// Stage → export.
  let exports: [String: String]

  /// All generations that a ledger knows.
  static func all(_ connection: SQLiteConnection) throws -> [PublishedLinks] {
    try connection.all("SELECT pipeline, number, state FROM generations ORDER BY pipeline, number") {
      (try $0.text(0), $0.int(1), try $0.text(2))
    }.map { line, number, state in
      let rows = try connection.all(
        "SELECT stage, export FROM generation_stages WHERE pipeline=? AND first<=? AND last>=? AND export IS NOT NULL",
        [.text(line), .int(number), .int(number)]
      ) { (try $0.text(0), try $0.text(1)) }
      return PublishedLinks(
        line: line, number: number, isCurrent: state == GenerationRecord.State.current.rawValue,
        exports: Dictionary(rows, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// Below `artifacts/`: where each stands and where it leads.
  var links: [(link: String, target: String)] {
    let stages = exports.sorted { $0.key < $1.key }.map { stage, export in
      (
        link: "generations/\(line)/\(number)/\(ArtifactLayout.fileName(ofStage: stage))",
        target: "../../../exports/\(export)"
      )
    }
    return stages + (isCurrent ? [("published/\(line)", "../generations/\(line)/\(number)")] : [])
  }
}
