import Foundations
import Glibc

/// Looks at every file below `artifacts/`, once, and says what it is there for.
struct StorageWalk {
  let layout: ArtifactLayout
  let live: LiveObjects
  let packs: [PackPlan]
  /// Exports that are in use, and those that only readers have open.
  let named: Set<String>
  let held: Set<String>
  /// Folders of links that go.
  let deadGenerations: Set<String>
  /// Logs of runs before this one go.
  let oldestLog: Int

  /// A file's size as `du` counts it, its kind, and what tells it from other names of the same file.
  private struct Entry {
    let bytes: Int
    let isFolder: Bool
    let identity: (device: dev_t, inode: ino_t)?
  }

  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
  }

  func account() throws -> StorageAccount {
    var account = StorageAccount()
    var seen: Set<Identity> = []
    func entry(_ path: String) throws -> Entry? {
      var status = stat()
      guard lstat(path, &status) == 0 else {
        // Somebody removed it since its folder was read.
        if errno == ENOENT { return nil }
        throw FileSystem.systemError("look at", path)
      }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      return Entry(
        bytes: Int(status.st_size), isFolder: isFolder,
        identity: !isFolder && status.st_nlink > 1 ? (status.st_dev, status.st_ino) : nil)
    }
    func walk(_ path: String, _ relative: [String]) throws {
      guard let found = try entry(path) else { return }
      if let (device, inode) = found.identity, !seen.insert(Identity(device: device, inode: inode)).inserted { return }
      if found.isFolder {
        account.add(.folders, bytes: found.bytes)
        for name in try FileSystem.list(path) { try walk("\(path)/\(name)", relative + [name]) }
      } else if let plan = pack(relative) {
        add(plan, bytes: found.bytes, to: &account)
      } else {
        account.add(reason(relative), bytes: found.bytes)
      }
    }
    try walk(layout.root, [])
    return account
  }

  /// The pack that a file is.
  private func pack(_ path: [String]) -> PackPlan? {
    guard path.count == 3, path[0] == "objects", path[1] == "packs", path[2].hasSuffix(".pack"),
      let number = Int(path[2].dropLast(5))
    else { return nil }
    return packs.first { $0.pack == number }
  }

  private func add(_ plan: PackPlan, bytes: Int, to account: inout StorageAccount) {
    var left = bytes
    for position in plan.objects {
      guard let use = live.uses[position] else { continue }
      // Places may lie over one another, or behind the end, in a ledger that is damaged: no byte is counted twice.
      let length = live.table.places[position].isPlausible ? min(live.table.places[position].length, left) : 0
      left -= length
      account.add(StorageAccount.Reason(use), bytes: length)
    }
    let rest: StorageAccount.Reason = plan.fate == .kept ? .deadInPacks : .garbage
    if left > 0 || plan.deadObjects > 0 { account.add(rest, count: plan.deadObjects, bytes: left) }
  }

  private func reason(_ path: [String]) -> StorageAccount.Reason {
    guard let first = path.first, let name = path.last else { return .unknown }
    if name.hasPrefix(".") && name.hasSuffix(".tmp") { return .garbage }
    switch first {
    case "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm": return .ledger
    case "reserve": return .reserve
    case "objects": return object(path)
    case "exports":
      guard path.count > 1 else { return .unknown }
      return named.contains(path[1]) ? .published : held.contains(path[1]) ? .readers : .garbage
    case "published": return .links
    case "generations":
      let folder = path.prefix(3).reduce(layout.root) { "\($0)/\($1)" }
      return deadGenerations.contains(folder) ? .garbage : .links
    case "runs": return path.count > 1 && Int(path[1]).map { $0 < oldestLog } ?? false ? .garbage : .logs
    case "audit": return .audit
    case "hosts": return .hosts
    case "locks": return .locks
    case "cache": return path.count > 1 && path[1] == "files" ? .garbage : .caches
    case "scratch": return .garbage
    default: return first.hasPrefix("ledger.sqlite.damaged-") ? .aside : .unknown
    }
  }

  private func object(_ path: [String]) -> StorageAccount.Reason {
    guard path.count == 3, path[1].utf8.count == 2 else { return .garbage }
    let name = path[2].hasSuffix(".zst") ? String(path[2].dropLast(4)) : path[2]
    return Digest(hex: path[1] + name).flatMap { live.use(of: $0) }.map { StorageAccount.Reason($0) } ?? .garbage
  }
}
