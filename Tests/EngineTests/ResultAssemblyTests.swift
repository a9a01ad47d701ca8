import Foundations
import Store
import TestSupport
import Testing

@testable import Engine

/// Old and new results of single items become one dataset.
@Suite struct ResultAssemblyTests {
  private func dataset(_ entries: [String: String]) -> Dataset {
    var builder = DatasetBuilder(capacity: entries.count)
    for (id, text) in entries { builder.append(id: id, digest: Digest(of: text)) }
    return builder.build()
  }

  private func made(_ input: Dataset, _ results: [String: ResultAssembly.Made]) -> [ResultAssembly.Made?] {
    (0..<input.count).map { results[input.id($0)] }
  }

  /// What `text` becomes: as many items as it has letters.
  private func result(_ id: String, _ text: String) -> ResultAssembly.Made {
    if text == "bad" { return .failed }
    return .init(
      outputs: text.enumerated().map { ("\(id)#\($0.offset)", Digest(of: "\($0.element)")) },
      validity: text.count == 2 ? .until(Timestamp(seconds: 9)) : .forever)
  }

  /// Random nights: whatever changed, the result is that of a run that worked on all.
  @Test(arguments: 0..<40) func asIfAllHadBeenMadeAnew(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var texts: [String: String] = [:]
    var former: DerivedDataset?
    for _ in 0..<8 {
      var next = texts
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let id = "i\(Int.random(in: 0..<9, using: &random))"
        next[id] = ["", "x", "xy", "yx", "xyz", "bad", nil].randomElement(using: &random) ?? nil
      }
      let input = dataset(next)
      // What failed is always tried again.
      var results: [String: ResultAssembly.Made] = [:]
      for (id, text) in next where texts[id] != text || text == "bad" || former == nil {
        results[id] = result(id, text)
      }
      let derived = try ResultAssembly(stage: "s", input: input, former: former, made: made(input, results)).assemble()
      let all = Dictionary(uniqueKeysWithValues: next.map { ($0.key, result($0.key, $0.value)) })
      let anew = try ResultAssembly(stage: "s", input: input, former: nil, made: made(input, all)).assemble()
      #expect(derived.output.digest == anew.output.digest)
      #expect(derived.derivation.bytes == anew.derivation.bytes)
      for position in 0..<input.count {
        let id = input.id(position)
        #expect(derived.outputs(ofInput: position) == all[id]?.outputs.map(\.id))
        #expect(derived.derivation.validity(position) == all[id]?.validity)
      }
      texts = next
      former = derived
    }
  }

  @Test func anItemWithoutAResultIsNoSilence() throws {
    let input = dataset(["a": "x", "b": "y"])
    #expect(throws: SluiceError.self) {
      try ResultAssembly(stage: "s", input: input, former: nil, made: made(input, ["a": result("a", "x")])).assemble()
    }
  }

  @Test func twoInputsWithOneOutput() throws {
    let input = dataset(["a": "x", "b": "y"])
    let same = ResultAssembly.Made(outputs: [("c", Digest(of: "c"))], validity: .forever)
    let error = #expect(throws: SluiceError.self) {
      try ResultAssembly(stage: "s", input: input, former: nil, made: made(input, ["a": same, "b": same])).assemble()
    }
    #expect(error?.message == "s: 'a' and 'b' both made an item 'c'")
  }
}
