import Foundations
import TestSupport
import Testing

@testable import Tokenization

struct LoadingTests {
  private func load(_ json: JSONValue) throws(SluiceError) -> any Tokenizer {
    try Tokenizers.load(bytes: json.canonicalBytes, path: "tokenizer.json")
  }

  private func bert(
    _ changes: JSONObject = [:],
    vocabulary: JSONValue = ["[UNK]": 0, "ab": 1, "##c": 2, "c": 3, "é": 4]
  )
    -> JSONValue
  {
    let base: JSONObject = [
      "normalizer": ["type": "BertNormalizer", "lowercase": true],
      "pre_tokenizer": ["type": "BertPreTokenizer"],
      "model": ["type": "WordPiece", "unk_token": "[UNK]", "vocab": vocabulary],
    ]
    return .object(base.merging(changes))
  }

  @Test(arguments: [9_223_372_036_854_775_807, -1, 4_294_967_296, 2_147_483_647])
  func numbersThatNoTokenHas(_ id: Int64) {
    let added: JSONObject = ["added_tokens": [["id": .int(id), "content": "[SEP]"]]]
    let frame: JSONObject = ["post_processor": ["type": "BertProcessing", "cls": ["a", 0], "sep": ["b", .int(id)]]]
    let padding: JSONObject = ["padding": ["pad_id": .int(id)]]
    for changes in [added, frame, padding] {
      let error = #expect(throws: SluiceError.self) { try load(bert(changes)) }
      #expect(error?.code == .badInput)
    }
    #expect(throws: SluiceError.self) { try load(bert(vocabulary: ["[UNK]": 0, "a": .int(id)])) }
  }

  @Test func splitsGreedily() throws {
    let tokenizer = try load(bert())
    #expect(tokenizer.encode("abc C ab") == [1, 2, 3, 1])
    #expect(tokenizer.encode("abd") == [0])
    #expect(tokenizer.encode("") == [])
  }

  @Test func keepsAccentsWhenTheFileSaysSo() throws {
    let tokenizer = try load(
      bert(["normalizer": ["type": "BertNormalizer", "lowercase": true, "strip_accents": false]]))
    #expect(tokenizer.encode("É") == [4])
  }

  @Test func longWordsAreUnknown() throws {
    let tokenizer = try load(bert(vocabulary: ["[UNK]": 0, "a": 1, "##a": 2]))
    #expect(tokenizer.encode(String(repeating: "a", count: 100)).count == 100)
    #expect(tokenizer.encode(String(repeating: "a", count: 101)) == [0])
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    let bpe = #expect(throws: SluiceError.self) {
      try load(["model": ["type": "BPE", "vocab": [:]]])
    }
    #expect(bpe?.message.contains("BPE") == true)
    let unknown = #expect(throws: SluiceError.self) { try load(["model": ["type": "WordLevel", "vocab": [:]]]) }
    #expect(unknown?.message.contains("WordLevel") == true)
    #expect(unknown?.advice.contains("openai") == true)
    let other = #expect(throws: SluiceError.self) {
      try load(bert(["normalizer": ["type": "NFKC"]]))
    }
    #expect(other?.message.contains("NFKC") == true)
    let flagged = #expect(throws: SluiceError.self) {
      try load(bert(["added_tokens": [["content": "[MASK]", "id": 5, "lstrip": true]]]))
    }
    #expect(flagged?.message.contains("lstrip") == true)
    #expect(throws: SluiceError.self) { try Tokenizers.load(bytes: Array("{".utf8), path: "x") }
  }

  @Test func saysWhatToDoWhenThereIsNone() {
    let error = #expect(throws: SluiceError.self) { try Tokenizers.load(directory: "/nowhere") }
    #expect(error?.code == .missing)
    #expect(error?.advice.contains("scripts/setup") == true)
  }
}
