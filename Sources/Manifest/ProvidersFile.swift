import Foundations

/// `providers.yaml` of a project: who is asked for vectors and texts, at what price, within which limits.
package struct ProvidersFile: Sendable {
  /// In the project's folder.
  package static let fileName = "providers.yaml"
  /// Words that stages give a meaning of their own.
  package static let reserved = ["local", "openai", "rules", "extractive"]

  /// In the order of the file.
  package let providers: [Provider]

  /// Reads the file of a project; none is as good as an empty one.
  /// - Throws: `Diagnostics` with every mistake found; `SluiceError` when the file cannot be read.
  package init(project: String) throws {
    let path = Path.join(project, Self.fileName)
    guard FileSystem.exists(path) else {
      self.init(providers: [])
      return
    }
    try self.init(SourceText(name: path, bytes: try FileSystem.read(path, limit: 10_000_000)))
  }

  private enum Key: String, MappingKey {
    case providers
  }

  private init(providers: [Provider]) { self.providers = providers }

  package init(_ source: SourceText) throws {
    let root: YAMLNode
    do throws(Diagnostic) { root = try YAMLReader.read(source) } catch { throw Diagnostics([error]) }
    let collector = DiagnosticCollector(source)
    let members = MappingMembers<Key>(root, of: "providers.yaml", collector)
    if members[.providers] == nil, !root.isNull {
      collector.report(root.position, "the file has no 'providers'")
    }
    let entries = members[.providers]?.value.mapping ?? []
    if let node = members[.providers]?.value { _ = collector.members(node, of: "'providers'") }
    providers = entries.compactMap { ProviderReader(collector).read($0.key, $0.value) }
    Self.checkFallbacks(entries, providers, collector)
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
  }

  /// A provider and those that take over from it, in order.
  /// - Throws: `.usage` when there is no such provider, with what was probably meant.
  package func chain(_ name: String) throws(SluiceError) -> [Provider] {
    guard var provider = providers.first(where: { $0.name == name }) else {
      let names = providers.map(\.name)
      let advice =
        names.isEmpty
        ? "There is no \(Self.fileName) in the project, or it is empty: see docs/providers.md."
        : Suggestion.hint(name, among: names, otherwise: "\(Self.fileName) has: \(names.joined(separator: ", ")).")
      throw SluiceError(.usage, "there is no provider '\(name)'", advice: advice)
    }
    var chain = [provider]
    while let next = provider.fallback, let found = providers.first(where: { $0.name == next }) {
      chain.append(found)
      provider = found
    }
    return chain
  }

  private static func checkFallbacks(
    _ entries: [(key: YAMLNode, value: YAMLNode)], _ providers: [Provider], _ collector: DiagnosticCollector
  ) {
    let byName = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in entries {
      guard let provider = entry.key.text.flatMap({ byName[$0] }), let fallback = provider.fallback else { continue }
      let position =
        entry.value.mapping?.first { $0.key.text == "fallback" }?.value.position ?? entry.key.position
      guard byName[fallback] != nil else {
        collector.report(
          position, "there is no provider '\(fallback)' to fall back to",
          hint: Suggestion.hint(fallback, among: byName.keys.sorted()))
        continue
      }
      var seen: Set<String> = [provider.name]
      var current = provider
      while let next = current.fallback, let found = byName[next] {
        if !seen.insert(next).inserted {
          collector.report(position, "the fallbacks of '\(provider.name)' go round in a circle, by '\(next)'")
          break
        }
        current = found
      }
    }
  }
}
