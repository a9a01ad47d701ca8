import Foundations
import StageKit
import Testing

@Suite struct RecordTests {
  @Test func aChunkAsItIsStored() {
    var chunk = Chunk()
    chunk.id = "d#0a"
    chunk.documentID = "d"
    chunk.index = 0
    chunk.elementType = Chunk.Kind.table.rawValue
    chunk.text = "Section: A"
    chunk.tokenCount = 3
    chunk.maxTokens = 250
    chunk.sectionPath = "A -> B"
    chunk.parentSection = "A"
    chunk.page = 2
    chunk.sourceURL = "u"
    chunk.hasSummary = false
    chunk.metadata = ["title": "T", "x": 1]
    #expect(
      JSONValue.object(chunk.members).canonicalText
        == #"{"chunk_index":0,"document_id":"d","element_type":"table","has_summary":false,"id":"d#0a","max_tokens":250,"metadata":{"title":"T","x":1},"page_number":2,"parent_section":"A","section_path":"A -> B","source_url":"u","text":"Section: A","token_count":3}"#
    )
    #expect(chunk.documentTitle == "T" && chunk.field("metadata.x") == 1 && chunk.field("metadata.y") == nil)
  }

  @Test func aDocumentAndItsSource() throws {
    let digest = Digest(of: "x")
    let item = Item(
      id: "i", record: Record(["body": .string(digest.description), "source": ["url": "u", "charset": 1], "own": [2]]))
    let document = try Document(item)
    #expect(document.body == digest && document.url == nil && document.source?.url == "u")
    #expect(document.source?.charset == nil && document.members["own"] == [2])
    let broken = Document(members: ["body": "sha256:1"])
    #expect(broken.body == nil && broken.bodyReference == "sha256:1")
    #expect(try item.named()["id"] == "i")
  }

  @Test func aClusterThatSaysLittle() throws {
    let least = try Cluster(Item(id: "c", record: Record(["members": ["a"]])))
    #expect(least.id == "c" && least.label == "c" && least.terms.isEmpty && least.size == 0 && least.hotScore == 0)
    #expect(least.members == ["a"] && least.evidence.isEmpty && least.firstSeen == nil)
    let error = #expect(throws: SluiceError.self) {
      try Cluster(Item(id: "c", record: Record(["evidence": [["score": 1]]])))
    }
    #expect(error?.message == "the cluster c cannot be read: 'evidence[0].chunk_id' is missing")
  }

  @Test func aClusterAsItIsStored() throws {
    var cluster = Cluster(id: "cluster-a", label: "L", terms: ["t"], size: 1, hotScore: 2, members: ["m"])
    cluster.evidence = [Cluster.Evidence(chunkID: "m")]
    cluster.burst = Cluster.Outburst(score: 4, isBurst: true)
    cluster.firstSeen = "night 0000"
    let record = JSONObject(encoding: cluster)
    #expect(
      JSONValue.object(record).canonicalText
        == #"{"burst":{"is_burst":true,"score":4.0},"evidence":[{"chunk_id":"m"}],"first_seen":"night 0000","hot_score":2.0,"id":"cluster-a","label":"L","members":["m"],"size":1,"terms":["t"]}"#
    )
    #expect(JSONObject(encoding: try record.decoded(as: Cluster.self)) == record)
  }
}

@Suite struct ParametersTests {
  private enum Color: String { case red, blue }
  private struct Given: Decodable {
    let count: Int
    let names: [String]?
  }

  @Test func wordsThatNoTypeKnowsAreMistakes() throws {
    let parameters = Parameters(["color": "red", "other": "green", "flag": true, "list": ["a", "b"]])
    #expect(try parameters.choice("color", of: Color.self) == .red)
    #expect(try parameters.optionalChoice("absent", of: Color.self) == nil)
    for name in ["other", "flag"] {
      let error = #expect(throws: SluiceError.self) { try parameters.optionalChoice(name, of: Color.self) }
      #expect(error?.code == .usage && error?.message.contains("the parameter \(name) is missing or") == true)
    }
    #expect(throws: SluiceError.self) { try parameters.choice("absent", of: Color.self) }
    #expect(parameters.optionalStrings("list") == ["a", "b"] && parameters.optionalStrings("absent").isEmpty)
    #expect(parameters.optionalBool("flag") == true && parameters.optionalBool("color") == nil)
  }

  @Test func parametersAsAType() throws {
    #expect(try Parameters(["count": 2]).decoded(as: Given.self).count == 2)
    for (values, name): (JSONObject, String) in [([:], "count"), (["count": 1, "names": ["a", 2]], "names[1]")] {
      let error = #expect(throws: SluiceError.self) { try Parameters(values).decoded(as: Given.self) }
      #expect(error?.message.contains("the parameter \(name) is missing or") == true)
    }
  }
}
