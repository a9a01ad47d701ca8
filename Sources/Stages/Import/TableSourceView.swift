import Foundations
import StageKit
import Store
import Web

/// The rows of a file, at one moment.
struct TableSourceView: SourceView {
  let fingerprint: Digest?
  private let path: String
  private let reader: TableReader
  private let context: SourceContext

  init(path: String, reader: TableReader, context: SourceContext) throws {
    self.path = path
    self.reader = reader
    self.context = context
    let full = Path.join(context.directory, path)
    let moment = Timestamp.now
    guard let status = try FileSystem.status(full) else {
      throw SluiceError(
        .badInput, "there is no file \(path) in \(context.directory)",
        advice: "Paths are seen from the project.")
    }
    guard status.isRegular else {
      throw SluiceError(
        .badInput,
        "\(path) is \(status.isDirectory ? "a directory" : "not a regular file"); a file was expected"
      )
    }
    var hasher = DigestHasher()
    hasher.field(path)
    hasher.update(UInt64(bitPattern: status.size))
    hasher.update(UInt64(bitPattern: status.modified))
    hasher.update(UInt64(bitPattern: status.changed))
    hasher.update(status.inode)
    fingerprint = FileDigestCache.isSettled(status, at: moment) ? hasher.finalize() : nil
  }

  func list() throws -> SourceListing {
    let bytes = try FileSystem.read(Path.join(context.directory, path))
    let rows = try reader.rows(bytes, name: path)
    let cleaned = rows.count(where: \.hadCredentials)
    if cleaned > 0 {
      context.run?.log(
        .warning,
        "passwords and keys were left out of the URLs of \(Units.counted(cleaned, "row")) of \(path). \(FetchTarget.adviceOnCredentials)"
      )
    }
    var builder = DatasetBuilder(capacity: rows.count)
    var records: [ExactText: JSONObject] = [:]
    var failures: [String: ItemFailure] = [:]
    for row in rows {
      switch row.record {
      case .success(let record):
        if records[ExactText(row.id)] != nil {
          if let known = records[ExactText(row.id)], Self.isSame(known, record) { continue }
          failures["\(row.id) (line \(row.line))"] = ItemFailure(
            kind: "duplicate_id",
            message:
              "\(path):\(row.line): the id '\(row.id)' stands there before, with other content")
          continue
        }
        records[ExactText(row.id)] = record
        builder.append(id: row.id, digest: Digest(of: record.canonicalBytes))
      case .failure(let failure): failures["line \(row.line)"] = failure
      }
    }
    let contents = builder.build()
    let known = records
    return SourceListing(contents: contents, failures: failures) { index, _ in
      guard let record = known[ExactText(contents.id(index))] else {
        preconditionFailure("a row that was listed is not there")
      }
      return record
    }
  }

  /// Whether two rows say the same: two spellings of one URL do.
  private static func isSame(_ one: JSONObject, _ other: JSONObject) -> Bool {
    func plain(_ record: JSONObject) -> JSONObject {
      guard let url = record["url"]?.string.flatMap({ URLNormalizer().normalized($0) }) else { return record }
      var record = record
      record["url"] = .string(url)
      return record
    }
    return one == other || plain(one) == plain(other)
  }
}
