import Foundations
import StageKit
import Store
import Web

/// Gets documents from files of this machine.
struct FileFetcher {
  let objects: any ContentStore
  let maxBytes: Int
  let onFlag: FetchOptions.FlagAction

  /// In later runs a file is only looked at: while size, times and inode stay, it is not read.
  func fetch(_ path: String, previous: WorkItem.Previous?) throws -> ItemOutcome {
    let moment = Timestamp.now
    let status: FileSystem.Status?
    do { status = try FileSystem.status(path) } catch {
      return failed("unreadable", error.message, previous)
    }
    guard let status else {
      if previous != nil { return .gone(reason: "the file \(path) is no longer there", recheck: 0) }
      return .failed(ItemFailure(kind: "no_such_file", message: "there is no file \(path)"))
    }
    guard status.isRegular else {
      let what = status.isDirectory ? "a directory" : "not a regular file"
      return failed("not_a_file", "\(path) is \(what); a file was expected", previous)
    }
    // A file as young as the clock's grain may change again without its times showing it.
    let isSettled = FileDigestCache.isSettled(status, at: moment)
    let freshness = Freshness(seconds: 0, validators: isSettled ? Self.validators(status) : [:])
    if isSettled, let previous, previous.validators == freshness.validators {
      return .unchanged(freshness)
    }
    guard status.size <= maxBytes else {
      return failed(
        "too_large",
        "\(path) has \(Units.show(bytes: Int(status.size))); at most \(Units.show(bytes: maxBytes)) are fetched",
        previous)
    }
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(path, limit: maxBytes) } catch {
      return failed("unreadable", error.message, previous)
    }
    guard let after = try FileSystem.status(path), after == status else {
      return .failed(
        ItemFailure(
          kind: "changing", message: "\(path) changed while it was being read", isTransient: true))
    }
    let digest = try objects.put(bytes)
    if let previous,
      try previous.outputs.first.flatMap({ try Document($0).body }) == digest
    {
      return .unchanged(freshness)
    }
    var document = Document()
    document.body = digest
    document.bytes = bytes.count
    let flags = Self.flags(bytes, path)
    document.flag(flags)
    if onFlag == .quarantine, let flag = flags.first {
      return failed(
        flag.kind, "\(path) is not the page itself (\(flag.kind): \(flag.reason)); on_flag: keep would keep it",
        // What was kept is only good if it was the page.
        previous.flatMap { try? $0.outputs.first.map { try Document($0) }?.flags == nil ? $0 : nil } ?? nil)
    }
    return .done([ItemOutput(id: .same, members: document.members, inherits: true)], freshness)
  }

  /// A page that somebody else got and put into a folder may be a wall as well as one that is fetched. Other files than
  /// pages speak of log-ins and missing pages as they like.
  private static func flags(_ bytes: [UInt8], _ path: String) -> [PageFlags.Flag] {
    guard ["html", "htm", "xhtml"].contains(Path.fileExtension(path).lowercased()) else { return [] }
    return PageFlags.inspect(bytes, contentType: "text/html", finalURL: path, isRedirected: false)
  }

  private func failed(_ kind: String, _ message: String, _ previous: WorkItem.Previous?)
    -> ItemOutcome
  {
    let failure = ItemFailure(kind: kind, message: message)
    return previous == nil ? .failed(failure) : .stale(failure)
  }

  /// Whether a file is as it was when these validators were written down.
  static func isAsBefore(_ path: String, _ validators: JSONObject) -> Bool {
    guard !validators.isEmpty, let status = try? FileSystem.status(path), status.isRegular else { return false }
    return validators == Self.validators(status)
  }

  private static func validators(_ status: FileSystem.Status) -> JSONObject {
    [
      "ctime_ns": .int(status.changed), "inode": .string(String(status.inode)),
      "mtime_ns": .int(status.modified),
      "size": .int(status.size),
    ]
  }
}
