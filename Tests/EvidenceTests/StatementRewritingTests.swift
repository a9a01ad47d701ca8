import Foundations
import TestSupport
import Testing

@testable import Evidence

/// Each of 500 real sentences is evidence; what keeps its sense is to be taken, what changes it refused.
@Suite struct StatementRewritingTests {
  private func sentences() throws -> [String] {
    try String(decoding: FileSystem.read(ProjectFiles.fixture("evidence/sentences.txt")), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// How often what the rules make of the sentences is refused, and which of them did what was not wanted.
  private func refused(_ rules: [Rewriting], wanted: Bool) throws -> (share: Double, count: Int, others: [String: Int])
  {
    var (refusals, count, others): (Int, Int, [String: Int]) = (0, 0, [:])
    for sentence in try sentences() {
      for rule in rules {
        guard let text = rule.rewrite(sentence), wanted == false || text != sentence else { continue }
        count += 1
        let isRefused = StatementCheck.fault(of: text, [QuotedSentence(sentence)], .fact) != nil
        if isRefused { refusals += 1 }
        if isRefused != wanted { others[rule.name, default: 0] += 1 }
      }
    }
    return (Double(refusals) / Double(max(1, count)), count, others)
  }

  @Test func whatKeepsTheSenseIsTaken() throws {
    let found = try refused(Rewriting.keeping, wanted: false)
    print("rewritings that keep the sense: \(found.count), refused \(found.share)", found.others)
    #expect(found.count > 700)
    #expect(found.share <= 0.15)
  }

  @Test func whatChangesTheSenseIsRefused() throws {
    let found = try refused(Rewriting.changing, wanted: true)
    print("rewritings that change the sense: \(found.count), passed \(1 - found.share)", found.others)
    #expect(found.count > 700)
    #expect(1 - found.share <= 0.02)
  }
}
