import Foundations
import Store

/// Where an item comes from, back to the fetched bytes, and what leans on it.
package struct Trace {
  package typealias Name = TraceNode.Name

  /// The item that was asked for.
  package let subject: Name
  /// All items on both ways.
  package private(set) var nodes: [Name: TraceNode] = [:]
  /// What each was made of, on the way up.
  package private(set) var parents: [Name: [Name]] = [:]
  /// What was made of each, on the way down.
  package private(set) var children: [Name: [Name]] = [:]
  /// Stages that keep an item on the way down in files, without items of their own.
  package private(set) var holders: [String: Int] = [:]
  private var held: [String: Set<Name>] = [:]

  /// Whether the files of a stage hold an item.
  func isHeld(_ name: Name, by holder: String) -> Bool { held[holder]?.contains(name) ?? false }

  /// More items are not followed: who needs them all has the datasets.
  private static let mostNodes = 50_000

  /// - Parameter id: an item of any stage, or the end of its id where that is enough.
  /// - Throws: `.usage` with "did you mean" when there is none.
  package init(_ id: String, stage: String?, in snapshot: Snapshot) throws {
    let ways = TraceWays(snapshot)
    let found = try Self.find(id, stage, ways)
    // The same id goes through many stages: up from the last of them, down from the first.
    guard let first = found.first, let last = found.last else {
      throw SluiceError(
        .usage, "no stage\(stage.map { " '\($0)'" } ?? "") has an item '\(id)' in \(snapshot.name)",
        advice: try Self.departed(id, stage, snapshot, ways) ?? Self.guess(id, ways).map { "Did you mean '\($0)'?" }
          ?? "`sluice show STAGE` lists items.")
    }
    subject = last
    parents = try Self.follow(last, ways.parents)
    children = try Self.follow(first, ways.children)
    for name in Set(parents.keys).union(children.keys) { nodes[name] = try ways.node(name) }
    for name in children.keys {
      for holder in ways.wholeReaders(name) {
        holders[holder, default: 0] += 1
        held[holder, default: []].insert(name)
      }
    }
  }

  private static func follow(_ start: Name, _ step: (Name) throws -> [Name]) throws -> [Name: [Name]] {
    var ways: [Name: [Name]] = [:]
    var queue = [start]
    while let name = queue.popLast(), ways.count < mostNodes {
      guard ways[name] == nil else { continue }
      let next = try step(name)
      ways[name] = next
      queue += next
    }
    return ways.mapValues { next in next.filter { ways[$0] != nil } }
  }

  /// The stages that have the item, the first first: each after what it reads.
  private static func find(_ id: String, _ stage: String?, _ ways: TraceWays) throws -> [Name] {
    let stages = order(ways).filter { stage == nil || $0 == stage }
    let exact = try stages.filter { try ways.dataset($0).index(of: id) != nil }
    if !exact.isEmpty { return connected(exact.map { Name(stage: $0, item: id) }, ways) }
    var endings: Set<String> = []
    for stage in stages {
      let dataset = try ways.dataset(stage)
      for position in 0..<dataset.count {
        let item = dataset.id(position)
        if item.hasSuffix(id) { endings.insert(item) }
      }
    }
    guard endings.count == 1, let whole = endings.first else {
      guard endings.count > 1 else { return [] }
      throw SluiceError(
        .usage, "\(Units.show(endings.count)) items end in '\(id)'",
        advice: "Say more of it: \(endings.sorted().prefix(3).joined(separator: ", "))")
    }
    return try find(whole, stage, ways)
  }

  /// Of stages that share an id by chance only those count that hang together with the first.
  private static func connected(_ names: [Name], _ ways: TraceWays) -> [Name] {
    guard let first = names.first else { return [] }
    var reached: Set<String> = [first.stage]
    var found = [first]
    for name in names.dropFirst() where !reached.isDisjoint(with: ways.needs(name.stage)) {
      reached.insert(name.stage)
      found.append(name)
    }
    return found
  }

  private static func order(_ ways: TraceWays) -> [String] {
    var order: [String] = []
    var seen: Set<String> = []
    func visit(_ stage: String) {
      guard seen.insert(stage).inserted else { return }
      for need in ways.needs(stage) { visit(need) }
      order.append(stage)
    }
    for stage in ways.snapshot.stages.keys.sorted() { visit(stage) }
    return order
  }

  /// Where an item can still be followed that has left.
  private static func departed(_ id: String, _ stage: String?, _ snapshot: Snapshot, _ ways: TraceWays) throws
    -> String?
  {
    guard snapshot.generation == nil || snapshot.generation?.state == .current else { return nil }
    let generations = try snapshot.reader.generations(of: snapshot.line.key)
    for generation in generations where generation.number != snapshot.generation?.number {
      let held = try snapshot.reader.stages(ofGeneration: generation.number, of: snapshot.line.key)
      for name in order(ways).reversed() where stage == nil || stage == name {
        guard let record = held[name]?.record, try snapshot.dataset(record).index(of: id) != nil else { continue }
        return
          "It left: generation \(generation.number) has it (sluice trace '\(id)' -g \(generation.number)); `sluice why \(name) '\(id)'` says why it left."
      }
    }
    return nil
  }

  private static func guess(_ id: String, _ ways: TraceWays) throws -> String? {
    var known: [String] = []
    for stage in ways.snapshot.stages.keys.sorted() {
      let dataset = try ways.dataset(stage)
      known += (0..<min(dataset.count, 2000)).map { dataset.id($0) }
    }
    return Suggestion.nearest(to: id, among: known)
  }

  /// For programs.
  package var json: JSONValue {
    func edges(_ ways: [Name: [Name]], isUp: Bool) -> JSONValue {
      let pairs = ways.flatMap { name, next in next.map { isUp ? ($0, name) : (name, $0) } }
      return .array(
        pairs.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { from, to in
          ["from": Self.json(from), "to": Self.json(to)]
        })
    }
    return [
      "subject": Self.json(subject), "nodes": .array(nodes.values.sorted { $0.name < $1.name }.map(\.json)),
      "made_of": edges(parents, isUp: true), "became": edges(children, isUp: false),
      "held_by": .array(holders.keys.sorted().map { .string($0) }),
    ]
  }

  private static func json(_ name: Name) -> JSONValue { ["stage": .string(name.stage), "item": .string(name.item)] }
}
