import Foundations
import Store
import Testing

@testable import StageKit

@Suite struct ProjectionTests {
  private func item(_ id: String, _ object: JSONObject) -> Item { Item(id: id, record: Record(object)) }

  @Test func onlyWhatIsReadCounts() throws {
    let projection = Projection.fields(["text", "source.url"], includesID: false)
    let base = try projection.digest(of: item("1", ["text": "a", "source": ["url": "u", "at": 1], "page": 1]))
    #expect(try projection.digest(of: item("2", ["text": "a", "source": ["url": "u", "at": 2], "page": 2])) == base)
    #expect(try projection.digest(of: item("1", ["text": "b", "source": ["url": "u"]])) != base)
    #expect(try projection.digest(of: item("1", ["text": "a", "source": ["url": "v"]])) != base)
    // Absent and null are two things.
    let absent = try projection.digest(of: item("1", ["text": "a"]))
    #expect(try projection.digest(of: item("1", ["text": "a", "source": ["url": nil]])) != absent)
    #expect(Projection.fields(["b", "a"]) == Projection.fields(["a", "b"]))
    #expect(Projection.fields(["b", "a.c"]).names == ["id", "a.c", "b"])
  }

  @Test func theIDCountsWhereItIsRead() throws {
    let object: JSONObject = ["text": "a"]
    for projection in [Projection.whole, .fields(["text"])] {
      #expect(try projection.digest(of: item("1", object)) != projection.digest(of: item("2", object)))
    }
    #expect(try Projection.whole.digest(of: item("1", ["x": 1])) != Projection.whole.digest(of: item("1", ["x": 2])))
  }

  @Test func records() throws {
    #expect(Record(["b": 1, "a": [2]]).bytes == Array("{\"a\":[2],\"b\":1}".utf8))
    #expect(try Record(["a": 1]).object() == ["a": 1])
    for text in ["", "[1]", "{"] {
      let error = #expect(throws: SluiceError.self) { try Record(bytes: Array(text.utf8)).object() }
      #expect(error?.code == .corrupt)
    }
  }

  @Test func exportedLinesBeginWithTheID() throws {
    func line(_ id: String, _ object: JSONObject) throws -> String {
      var bytes: [UInt8] = []
      try JSONLinesExporter.append(item(id, object), to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(try line("x", ["a": 1]) == "{\"id\":\"x\",\"a\":1}\n")
    #expect(try line("x", [:]) == "{\"id\":\"x\"}\n")
    #expect(try line("x\"y", ["id": "other", "a": ["id": 3]]) == "{\"id\":\"x\\\"y\",\"a\":{\"id\":3}}\n")
  }

  @Test func idsOfOutputs() {
    func id(_ id: ItemOutput.ID) -> String { ItemOutput(id: id, members: [:]).id(ofInput: "in") }
    #expect([id(.same), id(.child("0007")), id(.absolute("out"))] == ["in", "in#0007", "out"])
  }
}
