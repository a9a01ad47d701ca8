import Clustering
import Foundations
import Testing

@Suite struct LineageFileTests {
  private static let text = """
    {"version":1,
    "novelty_threshold":0.25,
    "space":"sha256:1",
    "nights":[
    {"born":2,"came":8,"chunks":8,"continued":0,"date":"2026-11-20","died":0,"left":0,"merged":0,"night":0,"noise":1,"revived":0,"split":0}
    ],
    "events":[
    {"change":"born","night":0,"shared":0,"topic":"cluster-a"},
    {"change":"merged","night":1,"other":"cluster-a","shared":3,"topic":"cluster-b"}
    ],
    "topics":[
    {"born":0,"centroid":"AACAPwAAAD8=","id":"cluster-a","label":"apples","sizes":[[0,4,4],[1,8,2]]},
    {"born":0,"centroid":"","died":1,"from":"cluster-x","id":"cluster-b","into":"cluster-a","label":"pears","sizes":[]}
    ]}

    """
  private static let lineage = Lineage(
    nights: [
      Lineage.Night(number: 0, date: "2026-11-20", chunks: 8, noise: 1, came: 8, left: 0, counts: [.born: 2])
    ],
    topics: [
      Lineage.Topic(
        id: "cluster-a", label: "apples", born: 0,
        sizes: [Lineage.Size(night: 0, size: 4, came: 4), Lineage.Size(night: 1, size: 8, came: 2)], centroid: [1, 0.5]),
      Lineage.Topic(id: "cluster-b", label: "pears", born: 0, died: 1, from: "cluster-x", into: "cluster-a"),
    ],
    events: [
      Lineage.Event(night: 0, change: .born, topic: "cluster-a"),
      Lineage.Event(night: 1, change: .merged, topic: "cluster-b", other: "cluster-a", shared: 3),
    ], noveltyThreshold: 0.25)

  @Test func theFileAsItIsPublished() throws {
    let file = LineageFile(lineage: Self.lineage, space: "sha256:1")
    #expect(String(decoding: file.bytes, as: UTF8.self) == Self.text)
    let read = try LineageFile(parsing: Array(Self.text.utf8))
    #expect(read.lineage == Self.lineage && read.space == "sha256:1")
  }

  @Test(arguments: [
    ("\"version\":1", "\"version\":2", "it is of another version"),
    ("\"night\":0,\"noise\"", "\"noise\"", "'nights[0].night' is missing"),
    ("\"change\":\"merged\"", "\"change\":\"eaten\"", "'events[1].change'"),
    ("AACAPwAAAD8=", "?", "'topics[0].centroid' is not base64"),
    ("[1,8,2]", "[1,8]", "'topics[0].sizes[1]' has too few elements"),
  ])
  func damageIsToldApart(_ part: String, _ other: String, _ problem: String) throws {
    let damaged = Self.text.replacing(part, with: other)
    try #require(damaged != Self.text)
    let error = #expect(throws: SluiceError.self) { try LineageFile(parsing: Array(damaged.utf8)) }
    #expect(error?.code == .corrupt && error?.message.contains(problem) == true, "\(String(describing: error))")
  }
}
