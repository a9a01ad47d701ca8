import Foundations
import Glibc
import SQLite
import TestSupport
import Testing

@testable import Store

/// A hundred things that can happen to what is stored, of eight kinds: each is found, and after `fsck --repair` and a run
/// everything is as if it was made from nothing.
@Suite struct StoredFaultTests {
  enum Kind: UInt64, CaseIterable, Sendable {
    case bitOfPack = 1
    case packCutShort, packGone, largeObjectGone, largeObjectChanged, publishedFile, link, ledgerRow
  }

  private static let faultsOfAKind = 13

  /// Small objects and large ones, item and collection stages, two generations.
  private static func base() throws -> World {
    let world = try World(
      stages: """
        src:   {uses: import, with: {path: "in/*.txt"}}
        lean:  {uses: filter, needs: src, with: {drop: [bytes]}, publish: true}
        upper: {run: "tr a-z A-Z", needs: src, with: {mode: item}}
        big:   {run: "seq 200000 > {output}; cat {input}/* >> {output}", needs: upper}
        count: {run: "cat {input}/* | wc -l", needs: src}
        """)
    for number in 0..<12 { try world.write("in/\(number).txt", "text \(number)\n") }
    for version in 0..<2 {
      try world.write("in/0.txt", "version \(version)\n")
      let run = try world.run()
      guard run.exitCode == 0 else { throw SluiceError(.system, "the world cannot be made: \(run.errors)") }
    }
    return world
  }

  @Test(arguments: Kind.allCases)
  func isFoundAndHealed(_ kind: Kind) throws {
    let world = try Self.base()
    let wanted = try world.published("w")
    #expect(wanted.count == 3)
    let layout = ArtifactLayout(root: world.path("artifacts"))
    _ = try ProgramRun.run(["cp", "-a", "artifacts", "whole"], in: world.directory)
    var random = SeededGenerator(seed: kind.rawValue)
    for number in 0..<Self.faultsOfAKind {
      let fault = try Self.damage(kind, number, layout, &random)
      let found = try Checker(layout).check(repair: false)
      #expect(!found.problems.isEmpty, "\(fault) is not found")
      let repaired = try Checker(layout).check(repair: true)
      #expect(repaired.isRepaired, "\(fault)")
      let run = try world.sluice("run", "-q")
      #expect(run.exitCode == 0, "\(fault): \(run.errors)")
      #expect(try world.published("w") == wanted, "\(fault)")
      let left = try Checker(layout).check(repair: false).problems
      #expect(left.isEmpty, "\(fault) leaves \(left)")
      _ = try ProgramRun.run(["sh", "-c", "rm -rf artifacts && cp -a whole artifacts"], in: world.directory)
    }
  }

  /// What no run puts back is written out again by who goes back to it, as the advice says.
  @Test func filesOfAnOlderGenerationComeBackWithIt() throws {
    let world = try Self.base()
    let newest = try world.published("w")
    #expect(try world.sluice("rollback").exitCode == 0)
    let older = try world.published("w")
    #expect(older != newest)
    #expect(try world.sluice("publish", "2").exitCode == 0)
    for name in try FileSystem.list(world.path("artifacts/generations/w/1")) {
      let folder = try #require(
        realpath(world.path("artifacts/generations/w/1/\(name)"), nil).map { String(cString: $0) })
      let current = realpath(world.path("artifacts/published/w/\(name)"), nil).map { String(cString: $0) }
      if folder != current { try FileSystem.remove(folder) }
    }
    #expect(try world.sluice("fsck").exitCode == 1)
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.run().didNoWork)
    #expect(try world.published("w") == newest)
    let back = try world.sluice("rollback", "1")
    #expect(back.exitCode == 0, "\(back.errors)")
    #expect(try world.published("w") == older)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  // MARK: - Damage

  /// Does something of a kind, and says what.
  private static func damage(
    _ kind: Kind, _ number: Int, _ layout: ArtifactLayout, _ random: inout SeededGenerator
  ) throws -> String {
    switch kind {
    case .bitOfPack:
      let place = try places(layout).randomElement(using: &random)!
      let byte = place.start + Int.random(in: 0..<place.length, using: &random)
      return try flip(layout.pack(place.pack), byte, &random)
    case .packCutShort:
      let last = try places(layout).randomElement(using: &random)!
      let size = Int.random(in: 0..<(last.start + last.length), using: &random)
      guard truncate(layout.pack(last.pack), off_t(size)) == 0 else { throw FileSystem.systemError("cut", "pack") }
      return "pack \(last.pack) was cut to \(size) bytes"
    case .packGone:
      let pack = try places(layout).randomElement(using: &random)!.pack
      try FileSystem.remove(layout.pack(pack))
      return "pack \(pack) is gone"
    case .largeObjectGone, .largeObjectChanged:
      let path = try large(layout).randomElement(using: &random)!
      chmod(path, 0o644)
      if kind == .largeObjectGone {
        try FileSystem.remove(path)
        return "\(path) is gone"
      }
      let size = try FileSystem.status(path)!.size
      return try flip(path, Int.random(in: 0..<Int(size), using: &random), &random)
    case .publishedFile: return try damagePublished(number, layout, &random)
    case .link: return try damageLink(number, layout, &random)
    case .ledgerRow:
      let statement = rowDamages[number % rowDamages.count]
      try sql(layout, statement)
      return statement
    }
  }

  private static func places(_ layout: ArtifactLayout) throws -> [ObjectPlace] {
    try ObjectTable(SQLiteConnection(path: layout.ledger, .reading, report: .ledger)).places.filter { $0.length > 0 }
  }

  private static func large(_ layout: ArtifactLayout) throws -> [String] {
    try ObjectStore(layout).looseObjects().map(\.path)
  }

  private static func flip(_ path: String, _ byte: Int, _ random: inout SeededGenerator) throws -> String {
    var bytes = try FileSystem.read(path)
    let bit = Int.random(in: 0..<8, using: &random)
    bytes[byte] ^= 1 << bit
    try FileSystem.writeReplaceable(bytes, to: path)
    return "bit \(bit) of byte \(byte) of \(path) was turned over"
  }

  private static func damagePublished(_ number: Int, _ layout: ArtifactLayout, _ random: inout SeededGenerator) throws
    -> String
  {
    let exports = try FileSystem.list(layout.exports)
    let folder = "\(layout.exports)/\(exports.randomElement(using: &random)!)"
    let file = "\(folder)/\(try FileSystem.list(folder).randomElement(using: &random)!)"
    switch number % 6 {
    case 0: try FileSystem.remove(file)
    case 1:
      try FileSystem.remove(file)
      try FileSystem.writeReplaceable([], to: file)
    case 2:
      var bytes = try FileSystem.read(file)
      bytes[Int.random(in: bytes.indices, using: &random)] ^= 1
      try FileSystem.writeReplaceable(bytes, to: file)
    case 3:
      try FileSystem.remove(file)
      try FileSystem.makeDirectory(file)
    case 4: try FileSystem.writeReplaceable(Array("more".utf8), to: folder + "/more.txt")
    default: try FileSystem.remove(folder)
    }
    return
      "\(["deleted", "emptied", "edited", "made a folder", "put another file beside", "removed the folder of"][number % 6]) \(file)"
  }

  private static func damageLink(_ number: Int, _ layout: ArtifactLayout, _ random: inout SeededGenerator) throws
    -> String
  {
    let entrance = layout.published("w")
    let stages = try FileSystem.list(entrance)
    let link = number % 2 == 0 ? entrance : "\(entrance)/\(stages.randomElement(using: &random)!)"
    let target = FileSystem.linkTarget(link)
    try FileSystem.remove(link)
    let become = ["gone", "led nowhere", "led to another folder", "became a file"][number / 2 % 4]
    switch number / 2 % 4 {
    case 0: break
    case 1: symlink("\(target ?? "")-nowhere", link)
    case 2: symlink("..", link)
    default: try FileSystem.writeReplaceable([], to: link)
    }
    return "\(link): \(become)"
  }

  private static let rowDamages = [
    "UPDATE stages SET dataset=x'00' WHERE stage='lean'", "UPDATE stages SET dataset=zeroblob(32) WHERE stage='src'",
    // What it names is there and is something else.
    "UPDATE stages SET dataset=derivation WHERE stage='upper'",
    "UPDATE stages SET derivation=(SELECT derivation FROM stages WHERE stage='lean') WHERE stage='upper'",
    "UPDATE stages SET count=count+1 WHERE stage='lean'", "UPDATE stages SET kind='none' WHERE stage='big'",
    "UPDATE objects SET start=start+1 WHERE digest=(SELECT dataset FROM stages WHERE stage='src')",
    "UPDATE objects SET digest=substr(digest, 1, 31)||x'0000' WHERE digest=(SELECT min(digest) FROM objects)",
    "DELETE FROM objects WHERE digest IN (SELECT digest FROM objects ORDER BY digest LIMIT 3 OFFSET 5)",
    "UPDATE memo SET key=x'0102' WHERE key=(SELECT min(key) FROM memo)",
    "UPDATE memo SET outputs=x'7b7d' WHERE key=(SELECT max(key) FROM memo)",
    "DELETE FROM packs WHERE id=(SELECT min(pack) FROM objects)",
    "UPDATE generation_stages SET files='{' WHERE stage='big'",
  ]

  private static func sql(_ layout: ArtifactLayout, _ statement: String) throws {
    try SQLiteConnection(path: layout.ledger, .writing, report: .ledger).execute(statement)
  }
}
