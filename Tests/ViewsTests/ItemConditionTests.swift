import Foundations
import Testing
import Views

/// `--where` of `sluice forget`.
@Suite struct ItemConditionTests {
  private let record: JSONObject = [
    "source": ["kind": "file", "url": "docs/Jane-Roe.md"], "lang": "en", "year": 2024,
    "authors": [["name": "Jane"], ["name": "Ann \"A\" Lee"]],
  ]

  @Test(arguments: [
    ("source ~ \"jane\"", true), ("source.url ~ ROE", true), ("source.kind ~ jane", false), ("lang = en", true),
    ("lang = e", false), ("lang != de and year = 2024", true), ("lang != en", false), ("authors.name = Jane", true),
    ("authors.name ~ 'lee'", true), ("authors ~ '\"A\"'", true), ("missing = x", false), ("missing != x", true),
    ("id = docs/a.md", true), ("id~docs", true),
  ])
  func whatFits(_ text: String, _ fits: Bool) throws {
    #expect(try ItemCondition(parsing: text).fits(id: "docs/a.md", record, body: { _ in nil }) == fits, "\(text)")
  }

  @Test(arguments: ["", "lang", "lang =", "lang ~ ''", "lang = 'en", "lang = en or year = 2024", "= en"])
  func whatIsNoCondition(_ text: String) {
    #expect(throws: SluiceError.self) { try ItemCondition(parsing: text) }
  }
}
