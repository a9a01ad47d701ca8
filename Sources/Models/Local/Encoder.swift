import COpenVINO
import Foundations
import Glibc

/// A text encoder compiled for this machine.
final class Encoder: Sendable {
  /// OpenVINO's compiled models may be used by several threads, each with a request of its own.
  private let model: SharedHandle
  /// Places to compute in that nobody uses just now.
  private let idle = Monitor<[OpaquePointer]>([])

  /// - Parameters:
  ///   - graph: the path of an .xml or .onnx file.
  ///   - device: as OpenVINO names it: `CPU`, `GPU`.
  ///   - threads: how many texts are computed at the same time.
  init(graph: String, device: String = "CPU", precision: ModelPrecision, threads: Int) throws(SluiceError) {
    var error: UnsafeMutablePointer<CChar>?
    guard let model = openvino_load(graph, device, precision.hint, Int32(threads), &error) else {
      defer { free(error) }
      throw SluiceError(
        .badInput,
        "the model \(graph) cannot be loaded on the \(device): \(error.map { String(cString: $0) } ?? "no reason given")",
        advice: device == "CPU"
          ? "Remove its directory and run `scripts/setup` again."
          : "A GPU needs its driver and the whole OpenVINO: pip install openvino, and let SLUICE_OPENVINO name its libs folder."
      )
    }
    self.model = SharedHandle(model) { openvino_unload($0) }
  }

  deinit {
    idle.update { requests in
      for request in requests { openvino_request_free(request) }
    }
  }

  /// What it gave for one row of tokens.
  struct Output {
    /// States of the last layer, a row for each token; or one row, when the model pools itself.
    let values: UnsafePointer<Float>
    let rows: Int
    let width: Int
    /// Whether the model made one vector of the text itself.
    let isPooled: Bool
  }

  /// Runs the encoder over one row of tokens, `real` of which are no padding, and calls `body` with its output.
  func run<R>(tokens: [Int32], types: [Int32]? = nil, real: Int, _ body: (Output) -> R) throws(SluiceError) -> R {
    let request = try takeRequest()
    defer { idle.update { $0.append(request) } }
    let mask = (0..<tokens.count).map { Int32($0 < real ? 1 : 0) }
    var output: UnsafePointer<Float>?
    var dimensions: (Int64, Int64, Int64) = (0, 0, 0)
    var rank: Int32 = 0
    var error: UnsafeMutablePointer<CChar>?
    let status = withUnsafeMutablePointer(to: &dimensions) { dimensions in
      dimensions.withMemoryRebound(to: Int64.self, capacity: 3) { dimensions in
        openvino_run(request, tokens, mask, types, 1, tokens.count, &output, dimensions, &rank, &error)
      }
    }
    guard status == 0, let output else {
      defer { free(error) }
      throw Self.failure(error)
    }
    return body(
      rank == 3
        ? Output(values: output, rows: Int(dimensions.1), width: Int(dimensions.2), isPooled: false)
        : Output(values: output, rows: 1, width: Int(dimensions.1), isPooled: true))
  }

  private func takeRequest() throws(SluiceError) -> OpaquePointer {
    if let request = idle.update({ $0.popLast() }) { return request }
    var error: UnsafeMutablePointer<CChar>?
    guard let request = openvino_request_create(model.pointer, &error) else {
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
