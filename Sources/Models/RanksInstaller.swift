import Foundations
import HTTPClient
import Tokenization

/// Puts a tiktoken encoding into the models' folder.
package struct RanksInstaller: Sendable {
  package let encoding: RanksFile.Encoding

  /// The most bytes of a ranks file; the largest known has 3.6 MB.
  private static let mostBytes = 64 << 20

  /// - Throws: `SluiceError.usage` when no such encoding is known.
  package init(_ name: String) throws(SluiceError) {
    guard let found = RanksFile.encodings.first(where: { $0.name == name }) else {
      throw SluiceError(.usage, "there is no encoding '\(name)'", advice: RanksFile.advice(unknown: name))
    }
    encoding = found
  }

  /// Gets the file, checks its digest and writes it to `folder/NAME/NAME.tiktoken`, whole or not at all.
  /// - Parameter source: a URL or a file; where its makers publish it when `nil`.
  /// - Returns: the path, and whether it was there already.
  package func install(into folder: String, from source: String?) throws -> (path: String, wasThere: Bool) {
    let path = Path.join(Path.join(folder, encoding.name), encoding.fileName)
    if FileSystem.exists(path), Digest(of: try FileSystem.read(path, limit: Self.mostBytes)).hex == encoding.sha256 {
      return (path, true)
    }
    let source = source ?? encoding.url
    let bytes = source.contains("://") ? try fetch(source) : try FileSystem.read(source, limit: Self.mostBytes)
    let digest = Digest(of: bytes).hex
    guard digest == encoding.sha256 else {
      throw SluiceError(
        .badInput,
        "what \(source) has is not \(encoding.name): its SHA-256 is \(digest), \(encoding.sha256) was expected",
        advice: "Nothing was installed. Look for what stands between this machine and the source.")
    }
    try FileSystem.makeDirectory(Path.parent(path))
    try FileSystem.writeAtomically(bytes, to: path)
    return (path, false)
  }

  private func fetch(_ url: String) throws(SluiceError) -> [UInt8] {
    var request = HTTPRequest("GET", url)
    request.maxBodyBytes = Self.mostBytes
    request.maxWireBytes = Self.mostBytes
    let advice =
      "Check the network and the proxy settings (HTTPS_PROXY), or get the file elsewhere: sluice models pull \(encoding.name) --from FILE"
    let response: HTTPResponse
    do { response = try HTTPTransfers.shared().send(request) } catch let error as SluiceError { throw error } catch {
      throw SluiceError(.badInput, "\(url) cannot be fetched: \(error)", advice: advice)
    }
    guard response.isSuccess else {
      throw SluiceError(.badInput, "\(url) answers \(response.status)", advice: advice)
    }
    return response.body
  }
}
