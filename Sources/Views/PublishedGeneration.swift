import Foundations
import Glibc
import Store

/// What a pipeline has published, at one moment: a run that publishes meanwhile changes nothing of it.
///
/// The links are followed once, at the beginning; what they lead to is never written again, and stays until this
/// process ends: see `OpenFolder`.
package struct PublishedGeneration {
  typealias Stage = (stage: String, folder: String)

  /// Where people find it: `artifacts/published/<pipeline>`.
  package let entrance: String
  /// Its number, where it was asked for by one.
  package let number: Int?
  /// The folder of this generation; `nil` when nothing is published yet.
  package let folder: String?
  /// The published stages, with the folders in which their files lie.
  let folders: [Stage]
  /// The generation that readers of a line open.
  package init(_ line: PipelineLine, layout: ArtifactLayout) throws(SluiceError) {
    entrance = layout.published(line.key)
    number = nil
    // A generation that is replaced twice while its links are followed is gone: then the newest is asked for.
    for _ in 0..<10 {
      guard let folder = Self.resolved(entrance) else { break }
      guard let folders = Self.folders(in: folder) else { continue }
      self.folder = folder
      self.folders = folders
      return
    }
    folder = nil
    folders = []
  }

  /// Another one of them.
  /// - Throws: `.missing` when it is not there (any more), `.corrupt` when its files are not.
  package init(_ line: PipelineLine, _ selector: GenerationSelector, layout: ArtifactLayout) throws {
    let generation = try selector.resolve(LedgerReader(layout).generations(of: line.key), of: line)
    let folder = layout.generation(generation.number, of: line.key)
    guard let folders = Self.folders(in: folder) else {
      throw SluiceError(
        .corrupt, "the files of generation \(generation.number) of \(line.key) are not in \(folder)",
        advice: "`sluice rollback \(generation.number)` writes them out again.")
    }
    entrance = folder
    number = generation.number
    self.folder = folder
    self.folders = folders
  }

  /// The stages of a folder of links; `nil` when it goes away meanwhile.
  private static func folders(in folder: String) -> [Stage]? {
    guard let open = OpenFolder(folder), let names = try? FileSystem.list(folder) else { return nil }
    let found = names.map { ($0, resolved("\(folder)/\($0)")) }
    let whole = found.compactMap { name, path in path.map { (stage: name, folder: $0) } }
    guard whole.count == found.count || FileSystem.exists(folder) else { return nil }
    // Paths are handed on and opened later: a command reads until it ends.
    open.holdUntilTheEnd()
    return whole
  }

  private static func resolved(_ path: String) -> String? {
    guard let raw = realpath(path, nil) else { return nil }
    defer { free(raw) }
    return String(cString: raw)
  }

  /// The stages of which something is published.
  package var stages: [String] { folders.map(\.stage) }

  /// The folder of a stage's files; `nil` when nothing of it is published.
  package func folder(of stage: String) -> String? { folders.first { $0.stage == stage }?.folder }

  /// The stages of which a file is published.
  package func stages(holding file: String) -> [String] {
    folders.filter { FileSystem.exists("\($0.folder)/\(file)") }.map(\.stage)
  }
}
