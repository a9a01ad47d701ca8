import Foundations
import Glibc
import HTTPClient
import StageKit

/// What an item asks for.
enum FetchTarget {
  case http(HTTPURL)
  /// An absolute path.
  case file(String)

  static let adviceOnCredentials =
    "Leave them out of the URL, and send them with `headers: {Authorization: ${env.NAME}}` or `query: {api_key: ${env.NAME}}`, or name a page that needs none."

  /// By `url`, `source.url` or `path` of the record, or the id itself.
  /// - Parameter allowed: folders whose files may be read besides those of the project.
  init(_ item: Item, directory: String, allowed: [String]) throws(ItemFailure) {
    let record: Document
    do { record = try Document(item) } catch {
      throw ItemFailure(kind: "bad_record", message: error.message)
    }
    let given = record.url ?? record.source?.url ?? record.path ?? item.id
    let text = String(given.drop { $0 == " " || $0 == "\n" || $0 == "\t" })
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw ItemFailure(kind: "bad_url", message: "there is nothing to fetch: `url` is empty")
    }
    let scheme = Self.scheme(text)
    switch scheme {
    case "http", "https":
      guard let url = HTTPURL(text) else {
        throw ItemFailure(
          kind: "bad_url", message: "\(URLCredentials.shown(text)) is not a URL that can be fetched")
      }
      guard !url.hadCredentials else {
        throw ItemFailure(
          kind: "credentials_in_url",
          message:
            "\(URLCredentials.shown(text)) was given with a user or a password, which would stand in every log. \(Self.adviceOnCredentials)"
        )
      }
      self = .http(url)
    case "file":
      guard let path = Self.path(ofFileURL: text) else {
        throw ItemFailure(
          kind: "bad_url", message: "\(URLCredentials.shown(text)) names no file of this machine")
      }
      self = .file(try Self.permitted(path, directory, allowed))
    case "": self = .file(try Self.permitted(text, directory, allowed))
    default:
      throw ItemFailure(
        kind: "unsupported_scheme",
        message: "\(scheme): URLs cannot be fetched; http, https and file can: \(URLCredentials.shown(text))")
    }
  }

  /// A file of the project or of a folder that is allowed: a list that comes from elsewhere must not choose among all
  /// files of this machine.
  private static func permitted(_ path: String, _ directory: String, _ allowed: [String]) throws(ItemFailure) -> String
  {
    let wanted = Path.absolute(Path.join(directory, path))
    let folders = [directory] + allowed.map { Path.join(directory, $0) }
    let isWithin = folders.contains { folder in
      isIn(wanted, Path.absolute(folder)) || resolved(wanted).map { isIn($0, resolved(folder) ?? folder) } == true
    }
    guard isWithin else {
      throw ItemFailure(
        kind: "file_not_allowed",
        message:
          "\(wanted.prefix(200)) is no file of the project; `allow_files: [\(Path.parent(wanted).prefix(200))]` in the fetch stage would allow that folder"
      )
    }
    return wanted
  }

  private static func isIn(_ path: String, _ folder: String) -> Bool {
    folder == "/" || path == folder || path.utf8.starts(with: (folder + "/").utf8)
  }

  /// Without links; `nil` where there is no such file.
  private static func resolved(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }

  /// The scheme in lower case; empty for a path.
  private static func scheme(_ text: String) -> String {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return "" }
    let word = text[..<colon].lowercased()
    let isWord = word.utf8.allSatisfy {
      $0 >= 97 && $0 <= 122 || $0 >= 48 && $0 <= 57 || $0 == 43 || $0 == 45 || $0 == 46
    }
    guard isWord, let first = word.utf8.first, first >= 97 else { return "" }
    let rest = text[text.index(after: colon)...]
    return rest.hasPrefix("//") || ["mailto", "data", "javascript", "urn", "file"].contains(word)
      ? word : ""
  }

  /// RFC 8089: `file:///a%20b`, `file://localhost/a`, `file:/a`.
  private static func path(ofFileURL text: String) -> String? {
    var rest = text.dropFirst("file:".count)
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      if rest.hasPrefix("localhost/") { rest = rest.dropFirst("localhost".count) }
    }
    guard rest.hasPrefix("/") else { return nil }
    let bytes = PercentEncoding.decoded(rest.utf8.prefix { $0 != UInt8(ascii: "#") })
    return bytes.contains(0) ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
