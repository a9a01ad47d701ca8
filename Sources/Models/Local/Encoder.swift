import COpenVINO
import Foundations
import Glibc

/// A text encoder compiled for this machine.
final class Encoder: @unchecked Sendable {
  private let model: OpaquePointer
  /// Places to compute in that nobody uses just now.
  private let idle = Monitor<[OpaquePointer]>([])

  /// - Parameters:
  ///   - graph: the path of an .xml or .onnx file.
  ///   - threads: how many texts are computed at the same time.
  init(graph: String, precision: String, threads: Int) throws(SluiceError) {
    var error: UnsafeMutablePointer<CChar>?
    guard let model = openvino_load(graph, "CPU", precision, Int32(threads), &error) else {
      defer { free(error) }
      throw SluiceError(
        .badInput,
        "the model \(graph) cannot be loaded: \(error.map { String(cString: $0) } ?? "no reason given")",
        advice: "Remove its directory and run `scripts/setup` again.")
    }
    self.model = model
  }

  deinit {
    idle.update { requests in
      for request in requests { openvino_request_free(request) }
    }
    openvino_unload(model)
  }

  /// Runs the encoder over one row of tokens, `real` of which are no padding, and calls `body` with its
  /// output: states of the last layer, a row for each token (or one row, when the model pools itself),
  /// and the number of rows and their width.
  func run<R>(
    tokens: [Int32], real: Int, _ body: (UnsafePointer<Float>, _ rows: Int, _ width: Int) -> R
  ) throws(SluiceError) -> R {
    let request = try takeRequest()
    defer { idle.update { $0.append(request) } }
    let mask = (0..<tokens.count).map { Int32($0 < real ? 1 : 0) }
    var output: UnsafePointer<Float>?
    var dimensions: (Int64, Int64, Int64) = (0, 0, 0)
    var rank: Int32 = 0
    var error: UnsafeMutablePointer<CChar>?
    let status = withUnsafeMutablePointer(to: &dimensions) { dimensions in
      dimensions.withMemoryRebound(to: Int64.self, capacity: 3) { dimensions in
        openvino_run(request, tokens, mask, 1, tokens.count, &output, dimensions, &rank, &error)
      }
    }
    guard status == 0, let output else {
      defer { free(error) }
      throw Self.failure(error)
    }
    return rank == 3
      ? body(output, Int(dimensions.1), Int(dimensions.2)) : body(output, 1, Int(dimensions.1))
  }

  private func takeRequest() throws(SluiceError) -> OpaquePointer {
    if let request = idle.update({ $0.popLast() }) { return request }
    var error: UnsafeMutablePointer<CChar>?
    guard let request = openvino_request_create(model, &error) else {
      defer { free(error) }
      throw Self.failure(error)
    }
    return request
  }

  private static func failure(_ error: UnsafeMutablePointer<CChar>?) -> SluiceError {
    SluiceError(
      .system, "the local model failed: \(error.map { String(cString: $0) } ?? "no reason given")")
  }
}
