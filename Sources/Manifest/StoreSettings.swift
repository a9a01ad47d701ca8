import Foundations

/// What a pipeline file says of what is kept: `store: {max_size: 20GB}`, `audit: 0.5%`.
package struct StoreSettings: Sendable, Equatable {
  /// How many bytes everything below `artifacts/` may have; `nil`: as many as there are.
  package var maxSize: Int?
  /// Which share of what was remembered each run makes again, to see whether it comes out the same; `nil`: none.
  package var auditShare: Double?

  package init(maxSize: Int? = nil, auditShare: Double? = nil) {
    self.maxSize = maxSize
    self.auditShare = auditShare
  }
}

extension StoreSettings {
  private enum StoreKey: String, MappingKey {
    case maxSize = "max_size"
  }

  /// The smallest that means anything: the ledger alone has more.
  private static let smallest = 1 << 20

  init(store: YAMLNode?, audit: YAMLNode?, _ collector: DiagnosticCollector) {
    let members = MappingMembers<StoreKey>(store, of: "'store'", collector)
    if let node = members.value(.maxSize) {
      if let bytes = node.text.flatMap(Units.bytes), bytes >= Self.smallest {
        maxSize = bytes
      } else {
        collector.report(
          node.position,
          "'max_size' must be a size of 1 MiB and more, like 20GB or 500MiB, this is \(node.text.map { "'\($0)'" } ?? node.kindName)"
        )
      }
    }
    guard let audit, !audit.isNull else { return }
    if let share = audit.text.flatMap(Units.share) {
      auditShare = share
    } else {
      collector.report(
        audit.position,
        "'audit' must be \(ParameterType.share.expectation), this is \(audit.text.map { "'\($0)'" } ?? audit.kindName)")
    }
  }

  /// What a file says, whatever mistakes stand elsewhere in it; those in what is read here are told.
  /// - Throws: `Diagnostics`.
  package static func read(file: String) throws -> StoreSettings {
    let source = SourceText(name: file, bytes: try FileSystem.read(file, limit: 200_000_000))
    guard let root = try? YAMLReader.read(source) else { return StoreSettings() }
    let collector = DiagnosticCollector(source)
    func member(_ name: String) -> YAMLNode? { root.mapping?.first { $0.key.text == name }?.value }
    let settings = StoreSettings(store: member("store"), audit: member("audit"), collector)
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
    return settings
  }
}
