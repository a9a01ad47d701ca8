import Foundations
import TestSupport
import Testing

@testable import Store

/// What memo entries say, and what they refer to.
@Suite struct MemoResultTests {
  private let one = Digest(of: "one")
  private let two = Digest(of: "two")

  @Test func outputsOfItems() throws {
    let memo = MemoOutputs([
      (.same, .members(["vector": .string(one.description), "note": .string("see \(two.description)")])),
      (.child("0001"), .record(two)), (.absolute("x"), .members([:])),
    ])
    guard case .items(let read) = try MemoResult(reading: memo.bytes) else {
      Issue.record("outputs of items are read as something else")
      return
    }
    #expect(read.outputs.map(\.id) == [.same, .child("0001"), .absolute("x")])
    #expect(read.bytes == memo.bytes)
    #expect(
      Set(Reference.all(of: .items(read))) == [
        Reference(.record, two), Reference(.object, one), Reference(.object, two, isNeeded: false),
      ], "what looks like a reference keeps an object")
    #expect(MemoResult.items(read).results == [two])
  }

  @Test func resultsOfCollections() throws {
    let memo = CollectionMemo(
      dataset: one, files: ["index.sqlite": two], summary: "3 chunks",
      failures: ["a": CollectionMemo.Failure(kind: "bad_field", message: "no user_id")])
    guard case .collection(let read) = try MemoResult(reading: memo.bytes) else {
      Issue.record("a collection's result is read as something else")
      return
    }
    #expect(read.dataset == one && read.files == ["index.sqlite": two] && read.summary == "3 chunks")
    #expect(read.failures["a"]?.kind == "bad_field" && read.failures["a"]?.message == "no user_id")
    #expect(read.bytes == memo.bytes)
    #expect(Set(MemoResult.collection(read).results) == [one, two])
    #expect(Set(Reference.all(of: .collection(read))) == [Reference(.dataset, one), Reference(.object, two)])
  }

  @Test(arguments: [
    "", "[", "{}", "7", "[{\"i\":\"s\"}]", "[{\"d\":\"12\"}]", "{\"dataset\":\"zz\"}", "{\"dataset\":null}",
  ])
  func damage(text: String) {
    let error = #expect(throws: SluiceError.self) { _ = try MemoResult(reading: Array(text.utf8)) }
    #expect(error?.code == .corrupt)
  }
}
