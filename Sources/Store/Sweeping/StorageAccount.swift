/// What the bytes below `artifacts/` are there for.
package struct StorageAccount: Sendable, Equatable {
  /// A reason, in the order in which they are told.
  package enum Reason: String, Sendable, CaseIterable {
    case current = "current_results"
    case generation = "kept_generations"
    case variant = "variants"
    case state = "source_state_and_history"
    case memo = "remembered_of_current_results"
    case recent = "remembered_by_last_runs"
    case published = "published_files"
    case links = "links_to_published_files"
    case ledger
    case logs
    case audit
    case hosts
    case caches
    case locks
    case reserve
    case folders
    case unknown = "not_ours"
    case aside = "damaged_and_set_aside"
    case readers = "open_by_readers"
    case deadInPacks = "dead_in_packs"
    case garbage = "to_be_swept"
  }

  /// How much there is.
  package struct Amount: Sendable, Equatable {
    /// Objects, files, folders: what is counted in bytes.
    package var count = 0
    package var bytes = 0
  }

  package private(set) var amounts: [Reason: Amount] = [:]

  /// Everything: what `du --apparent-size --bytes` says of the folder.
  package var total: Amount {
    amounts.values.reduce(into: Amount()) { sum, amount in
      sum.count += amount.count
      sum.bytes += amount.bytes
    }
  }

  mutating func add(_ reason: Reason, count: Int = 1, bytes: Int) {
    amounts[reason, default: Amount()].count += count
    amounts[reason, default: Amount()].bytes += bytes
  }
}

extension StorageAccount.Reason {
  init(_ use: ObjectUse) {
    switch use {
    case .current: self = .current
    case .generation: self = .generation
    case .variant: self = .variant
    case .state: self = .state
    case .memo: self = .memo
    case .recent: self = .recent
    }
  }

  /// For people.
  package var text: String {
    switch self {
    case .current: "current results"
    case .generation: "generations that are kept"
    case .variant: "variants"
    case .state: "what sources know, what stages read of their history"
    case .memo: "remembered of current results"
    case .recent: "remembered by the last runs"
    case .published: "published files"
    case .links: "links to published files"
    case .ledger: "ledger"
    case .logs: "logs of runs"
    case .audit: "audit log of what was paid for"
    case .hosts: "what is known of hosts"
    case .caches: "caches"
    case .locks: "locks"
    case .reserve: "reserve for a full disk"
    case .folders: "folders"
    case .unknown: "files that are not Sluice's"
    case .aside: "damaged ledgers, set aside"
    case .readers: "given up, but open by a reader"
    case .deadInPacks: "dead, in packs that are mostly in use"
    case .garbage: "garbage that gc sweeps"
    }
  }
}
