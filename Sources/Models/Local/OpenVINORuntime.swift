import COpenVINO
import Foundations
import Glibc

/// The OpenVINO library, opened when a local model is first used.
package enum OpenVINORuntime {
  /// The folder of the libraries: `$SLUICE_OPENVINO`, or `runtime/openvino/lib` beside the model.
  static func folder(besideModel directory: String) -> String {
    Environment["SLUICE_OPENVINO"] ?? Path.join(Path.parent(directory), "runtime/openvino/lib")
  }

  /// The library's path; the number at its end changes with each release.
  static func library(besideModel directory: String) throws(SluiceError) -> String {
    let folder = folder(besideModel: directory)
    let names = FileSystem.exists(folder) ? try FileSystem.list(folder) : []
    guard let name = names.filter({ $0.hasPrefix("libopenvino_c.so") }).max() else {
      throw SluiceError(
        .missing, "OpenVINO, which runs local models, is not in \(folder)",
        advice: "Run `scripts/setup`, or let SLUICE_OPENVINO name the folder of libopenvino_c.so.")
    }
    return Path.join(folder, name)
  }

  /// The installed version, found without opening the library: `2026.4.1`.
  package static func installedVersion(besideModel directory: String) throws(SluiceError) -> String {
    let library = try library(besideModel: directory)
    let manifest = Path.join(Path.parent(Path.parent(library)), "manifest.json")
    if FileSystem.exists(manifest),
      let version = try ModelFiles.read(manifest, as: ModelFiles.Manifest.self).version
    {
      return version
    }
    // libopenvino_c.so.2641
    return String(Path.name(library).dropFirst("libopenvino_c.so.".count))
  }

  /// Opens the library; later calls do nothing.
  static func open(besideModel directory: String) throws(SluiceError) {
    let library = try library(besideModel: directory)
    guard let error = openvino_open(library) else { return }
    defer { free(error) }
    throw SluiceError(
      .missing, "OpenVINO cannot be opened: \(String(cString: error))",
      advice: "Remove models/runtime and run `scripts/setup` again.")
  }

  /// The version that the opened library gives itself.
  package static var openedVersion: String {
    guard let text = openvino_version() else { return "unknown" }
    defer { free(text) }
    return String(cString: text)
  }
}
