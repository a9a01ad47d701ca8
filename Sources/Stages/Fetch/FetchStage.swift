import Foundations
import HTTPClient
import StageKit
import Store
import Web

/// Gets documents over http(s) and from files.
struct FetchStage: ItemStage {
  let implementationVersion = 4
  let keyComponents: JSONObject = [:]
  let projection = Projection.fields(["url", "path", "source.url"])
  /// One thread carries all transfers; it waits nearly all the time.
  let parallelism = Parallelism.threads(1)
  var gateMeasures: (any GateMeasures)? { FetchMeasures() }

  private let options: FetchOptions
  private let directory: String

  init(_ configuration: StageConfiguration) throws {
    options = try FetchOptions(configuration.parameters)
    directory = configuration.directory
  }

  var freshnessPolicy: String? { "refresh \(options.refresh)" }

  /// A document holds for `refresh` after it was fetched, which a record may set for itself; not at all when its
  /// source says that it was modified since (`lastmod` of sitemaps and feeds).
  func validity(_ stored: Validity, of item: Item, validators: JSONObject) -> Validity {
    guard let fetched = HTTPValidators(members: validators).fetched, let record = try? Document(item) else {
      return stored
    }
    // Fetched by a clock that was ahead: nobody knows how old it is.
    if fetched > Timestamp.now.seconds { return .asksAlways }
    if let modified = record.lastmod.flatMap(CalendarTime.init)?.latest, modified > fetched { return .asksAlways }
    return Self.validity(fetched, ItemRefresh.seconds(record) ?? options.refresh)
  }

  func stillHolds(_ item: Item, validators: JSONObject) -> Bool {
    guard case .file(let path)? = try? FetchTarget(item, directory: directory, allowed: options.allowedFiles) else {
      return false
    }
    return FileFetcher.isAsBefore(path, validators)
  }

  private static func validity(_ fetched: Double, _ refresh: Double) -> Validity {
    refresh == 0 ? .asksAlways : .until(Timestamp(seconds: fetched + refresh))
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    FetchWorker(options, context)
  }
}

/// The field `refresh` of a record: a duration such as `2h`, or seconds.
enum ItemRefresh {
  static func seconds(_ record: Document) -> Double? {
    guard let value = record.refresh else { return nil }
    if let text = value.string { return Units.seconds(text) ?? Double(text).flatMap { $0 >= 0 ? $0 : nil } }
    return value.double.flatMap { $0 >= 0 ? $0 : nil }
  }
}
