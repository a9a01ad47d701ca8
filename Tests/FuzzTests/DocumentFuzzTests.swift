import Foundations
import HTTPClient
import TestSupport
import Testing
import Web
import Workers

@testable import Documents

/// Damaged documents, through the workers: each ends in a document or in a reason, and none ends a worker.
struct DocumentFuzzTests {
  private static let names = [
    "handbook.html", "report.pdf", "table.pdf", "columns.pdf", "gates.docx", "tracked.docx", "levels.xlsx", "book.epub",
    "make-pdfs.py",
  ]

  /// The members of an archive, one of them damaged, packed again without compression.
  private func repacked(_ bytes: [UInt8], seed: UInt64) throws -> [UInt8] {
    let archive = try ZipArchive(bytes, "the seed")
    var members = try archive.names.map { ($0, try archive.read($0) ?? []) }
    var mutation = Mutation(seed: seed, words: ["<w:tbl>", "<w:p/>", "<c r=\"A1\"/>", "&#x600;", "]]>", "<a b=\"c\">"])
    let place = Int(seed % UInt64(max(1, members.count)))
    members[place].1 = mutation.damage(members[place].1)
    return StoredArchive.bytes(members)
  }

  @Test(arguments: names)
  func documents(_ name: String) throws {
    let whole = try FileSystem.read(ProjectFiles.fixture("documents/\(name)"))
    let isArchive = whole.starts(with: [0x50, 0x4B])
    var limits = WorkerLimits()
    limits.timeout = 20
    // The address sanitizer reserves terabytes of address space.
    if Environment["ASAN_OPTIONS"] != nil { limits.memory = 0 }
    let pool = ParserPool(limits: limits, command: [BuiltProgram.path, "worker", "read"])
    let words = ["<table>", "<td rowspan=0>", "\0", "<!--", "/Kids", "endobj", "|", "```", "stream", "\u{600}<"]
    var number: UInt64 = 0
    var read = 0
    let slow = try Fuzz.run("document-\(name)", usual: 25, seconds: 25, [whole], words: words) { damaged in
      number += 1
      let bytes = isArchive && number % 3 != 0 ? try repacked(whole, seed: Fuzz.seed &* 31 &+ number) : damaged
      do {
        let document = try pool.document(bytes, DocumentSource(name: name == "make-pdfs.py" ? "a.md" : name)).document
        read += 1
        _ = DocumentHTML.page(document, name: name)
        _ = DocumentMarkdown.text(document)
      } catch let problem as ItemProblem {
        #expect(!problem.message.isEmpty)
        #expect(problem.kind != "parser_crashed", "\(name) \(number): \(problem.message)")
      }
    }
    #expect(slow.isEmpty)
    #expect(read > 0)
  }

  @Test func pages() throws {
    let base = try #require(HTTPURL("http://a.example/"))
    var limits = PageReader.limits
    if Environment["ASAN_OPTIONS"] != nil { limits.memory = 0 }
    let reader = PageReader(limits: limits, command: [BuiltProgram.path, "worker", "read"])
    let whole = try FileSystem.read(ProjectFiles.fixture("documents/handbook.html"))
    let slow = try Fuzz.run(
      "pages", usual: 40, seconds: 35, [whole], words: ["<a href=", "<base href=", "<link rel=canonical"]
    ) {
      do { _ = try reader.links($0, base: base, normalizer: URLNormalizer()) } catch let problem as ItemProblem {
        #expect(problem.kind != "parser_crashed", "\(problem.message)")
      }
    }
    #expect(slow.isEmpty)
  }
}
