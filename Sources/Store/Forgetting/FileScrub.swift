import Foundations

/// Takes forgotten items out of the files beside objects and ledger: logs lose lines, the audit log texts; what can be
/// made again goes.
struct FileScrub {
  private let layout: ArtifactLayout
  private let ids: Set<String>
  private let needles: NeedleSet

  init(_ layout: ArtifactLayout, ids: Set<String>, needles: NeedleSet) {
    self.layout = layout
    self.ids = ids
    self.needles = needles
  }

  /// What is kept of a line of the audit log: what was paid, and for what.
  private static let numbers: Set<String> = [
    "time", "pipeline", "stage", "run", "purpose", "provider", "base_url", "model", "answered_by", "prompt_tokens",
    "completion_tokens", "tokens_estimated", "cost_usd", "answer", "tries", "seconds",
  ]

  /// Redacts the audit log.
  /// - Returns: the digests of the answers to what was asked about forgotten items.
  func audit() throws -> Set<Digest> {
    var answers: Set<Digest> = []
    for path in try Self.files(below: layout.audit) {
      var isChanged = false
      let lines = ByteSearch.lines(try FileSystem.read(path)).map { line -> [UInt8] in
        let bytes = Array(line)
        let entry = (try? JSONValue(parsing: bytes))?.object
        let evidence = entry?["evidence_ids"]?.array?.compactMap(\.string) ?? []
        guard evidence.contains(where: ids.contains) || !needles.found(in: bytes).isEmpty else { return bytes }
        isChanged = true
        // A line that a crash cut short says nothing of money.
        guard let entry else { return [] }
        if let answer = entry["answer"]?.string.flatMap({ Digest(reference: $0) }) { answers.insert(answer) }
        var left = JSONObject(entry.members.filter { Self.numbers.contains($0.key) }.map { ($0.key, $0.value) })
        if entry["prompt"] != nil { left["prompt"] = .string(LedgerScrub.mark) }
        return left.canonicalBytes
      }
      if isChanged { try Self.write(lines, to: path) }
    }
    return answers
  }

  /// Takes lines out of the logs of runs.
  func logs() throws {
    for path in try Self.files(below: layout.runs) {
      let bytes = try FileSystem.read(path)
      guard !needles.found(in: bytes).isEmpty else { continue }
      let lines = ByteSearch.lines(bytes).map { line in
        needles.found(in: Array(line)).isEmpty ? Array(line) : Array(LedgerScrub.mark.utf8)
      }
      try Self.write(lines, to: path)
    }
  }

  private static func write(_ lines: [[UInt8]], to path: String) throws {
    try FileSystem.writeAtomically(Array(lines.filter { !$0.isEmpty }.map { $0 + [10] }.joined()), to: path)
  }

  /// Removes what can be made again or found out again where it speaks of forgotten items, and what nobody works on.
  func remains(cassettes: [String]) throws {
    try FileSystem.remove(layout.scratch)
    try FileSystem.remove("\(layout.cache)/files")
    for folder in [layout.root, layout.cache, layout.hosts, layout.published, layout.exports, layout.generations]
    where FileSystem.exists(folder) {
      for name in try FileSystem.list(folder) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
        try FileSystem.remove("\(folder)/\(name)")
      }
    }
    for path in try Self.files(below: layout.cache) + Self.files(below: layout.hosts) where try speaks(path) {
      try FileSystem.remove(path)
    }
    // Ledgers that were damaged and set aside.
    for name in try FileSystem.list(layout.root) where name.contains("damaged") {
      for path in try Self.files(below: "\(layout.root)/\(name)") where try speaks(path) { try FileSystem.remove(path) }
    }
    for folder in cassettes { try recordings(in: folder) }
  }

  /// A recorded answer is two files.
  private func recordings(in folder: String) throws {
    for path in try Self.files(below: folder) where try speaks(path) {
      let stem = path.hasSuffix(".json") || path.hasSuffix(".body") ? String(path.dropLast(5)) : path
      for file in Set([path, stem + ".json", stem + ".body"]) { try FileSystem.remove(file) }
    }
  }

  private func speaks(_ path: String) throws -> Bool {
    try FileSystem.exists(path) && !Self.found(needles, in: path).isEmpty
  }

  static func found(_ needles: NeedleSet, in path: String) throws -> [Int] {
    needles.found(in: try FileSystem.read(path))
  }

  /// All regular files below a folder, or the file itself; links are not followed.
  package static func files(below path: String) throws -> [String] {
    guard FileSystem.linkTarget(path) == nil, let status = try FileSystem.status(path) else { return [] }
    if status.isRegular { return [path] }
    guard status.isDirectory else { return [] }
    return try FileSystem.list(path).sorted().flatMap { try files(below: "\(path)/\($0)") }
  }
}
