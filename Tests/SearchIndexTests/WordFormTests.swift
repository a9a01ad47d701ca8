import Foundations
import TestSupport
import Testing

@testable import SearchIndex

/// Words as they are written and as they are asked for.
struct WordFormTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private static let texts: [(id: String, text: String)] = [
    ("full", "Ｐｏｓｔｇｒｅｓ keeps the ﬁles of the Straße."), ("yo", "Ёлка стоит в лесу."),
    ("ar", "الكِتَابُ الجَدِيدُ في المكتبـة"),
    ("soft", "Die Daten\u{AD}schutz\u{AD}verordnung gilt."), ("py310", "Python 3.10 was released. See 3.10."),
    ("py39", "Python 3.9 has 10 chapters, 3 and 10, 10 and 3, 3 of 10."),
    ("init", "The __init__ method calls os.path.join, says the manual."),
    ("plain", "Run init: init joins the path of the os; join the path. Max has connections, max."),
    ("set", "Set max_connections in /etc/db.conf, not Max. C++ and C# are no C."),
    ("c", "C is older than most. C, C and C."),
  ]

  private func search(_ question: String) throws -> [String] {
    let path = scratch.path("i.sqlite")
    if !FileSystem.exists(path) {
      let writer = try IndexWriter(path: path, passport: nil)
      for (id, text) in Self.texts {
        try writer.insert(IndexedChunk(id: id, digest: Digest(of: id), documentID: id, text: text))
      }
      try writer.finish()
    }
    return try Searcher(path: path).search(question, mode: .text).map(\.chunkID)
  }

  @Test(arguments: [
    ("postgres", "full"), ("POSTGRES", "full"), ("files", "full"), ("strasse", "full"), ("елка", "yo"), ("ЁЛКА", "yo"),
    ("الكتاب", "ar"), ("المكتبة", "ar"), ("Datenschutzverordnung", "soft"), ("3.10", "py310"), ("3.9", "py39"),
    ("__init__", "init"), ("os.path.join", "init"), ("max_connections", "set"), ("connections", "plain"),
    ("C++", "set"),
    ("C#?", "set"), ("/etc/db.conf", "set"), ("db.conf.", "set"), ("How do I set max_connections?", "set"),
  ])
  func theRightOneIsFirst(_ question: String, _ expected: String) throws {
    #expect(try search(question).first == expected)
  }

  /// The parts of a name are found where they are one phrase; scattered only where nothing else is.
  @Test func partsOfNames() throws {
    #expect(try search("os.path.join") == ["init"])
    #expect(try Set(search("join_path")) == ["init", "plain"])
    #expect(try search("init_method") == ["init"])
    #expect(try search("?!").isEmpty)
  }

  @Test func namesInTexts() {
    #expect(
      Identifiers.all(
        in: "see (os.path.join), __init__; a well-known one: c++, v1.2.3. end. --force -x /usr/bin/env a@b.de x")
        == ["os.path.join", "__init__", "well-known", "c++", "v1.2.3", "usr/bin/env", "a@b.de"])
    #expect(Identifiers.all(in: String(repeating: "a.", count: 100)).isEmpty)
  }
}
