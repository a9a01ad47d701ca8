import Foundations
import HTTPClient
import StageKit

/// Gets documents over http(s) and from files.
struct FetchStage: ItemStage {
  let implementationVersion = 1
  let keyComponents: JSONObject = [:]
  let projection = Projection.fields(["url", "path", "source.url"])
  /// One thread carries all transfers; it waits nearly all the time.
  let parallelism = Parallelism.threads(1)

  private let options: FetchOptions

  init(_ configuration: StageConfiguration) throws {
    options = try FetchOptions(configuration.parameters)
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    FetchWorker(options, context)
  }
}
