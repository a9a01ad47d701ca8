import Foundations

/// A tiktoken ranks file: a line a token, its bytes in Base64 and its number, which is its rank.
package struct RanksFile: Sendable {
  /// The encodings that are known by their name, with the digest that tiktoken itself expects of the file, and how they
  /// split text into pieces.
  package struct Encoding: Sendable {
    package let name: String
    package let sha256: String
    let pattern: String

    package var fileName: String { "\(name).tiktoken" }
    /// Where its makers publish it.
    package var url: String { "https://openaipublic.blob.core.windows.net/encodings/\(fileName)" }
  }

  private static let gpt2 = #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++\z|\s+(?!\S)|\s"#

  package static let encodings: [Encoding] = [
    Encoding(
      name: "cl100k_base", sha256: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
      pattern: #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++\z|"#
        + #"\s*[\r\n]|\s+(?!\S)|\s"#),
    Encoding(
      name: "o200k_base", sha256: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
      pattern: [
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#,
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#,
        #"\p{N}{1,3}"#, #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#, #"\s*[\r\n]+"#, #"\s+(?!\S)"#, #"\s+"#,
      ].joined(separator: "|")),
    Encoding(
      name: "p50k_base", sha256: "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069", pattern: gpt2),
    Encoding(
      name: "r50k_base", sha256: "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930", pattern: gpt2),
  ]

  package static let fileExtension = "tiktoken"

  /// What to do about a name that no encoding has.
  package static func advice(unknown name: String) -> String {
    let names = encodings.map(\.name)
    return Suggestion.nearest(to: name, among: names).map { "Did you mean \($0)?" }
      ?? "There are: \(names.joined(separator: ", "))."
  }

  /// Reads a file. Its name says which encoding it is, and its digest must be that encoding's.
  static func tokenizer(_ bytes: [UInt8], path: String) throws(SluiceError) -> any Tokenizer {
    let name = Path.name(path).split(separator: ".").first.map(String.init) ?? ""
    guard let encoding = encodings.first(where: { $0.name == name }) else {
      throw SluiceError(
        .badInput, "\(path): there is no encoding '\(name)' whose way to split text Sluice knows",
        advice: advice(unknown: name))
    }
    let digest = Digest(of: bytes)
    guard digest.hex == encoding.sha256 else {
      throw SluiceError(
        .badInput, "\(path) is not the file that \(name) is made of: its SHA-256 is \(digest.hex)",
        advice: "Get it anew: sluice models pull \(name)")
    }
    let model: BytePairs
    do { model = try BytePairs(tokens: try tokens(bytes, path), merges: nil, keepsWhole: true) } catch {
      throw SluiceError(.badInput, "\(path): \(error.message)")
    }
    return SubwordTokenizer(
      normalizers: [], preTokenizers: [.isolate(try Regex(encoding.pattern))], model: model, added: [],
      frame: TokenFrame(prefix: [], suffix: [], padding: 0), digest: digest)
  }

  private static func tokens(_ bytes: [UInt8], _ path: String) throws(SluiceError) -> [(bytes: [UInt8], value: Int32)] {
    var tokens: [(bytes: [UInt8], value: Int32)] = []
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      number += 1
      let parts = line.split(separator: 0x20)
      guard parts.count == 2, let token = Base64.decode(parts[0]),
        let rank = Int32(String(decoding: parts[1], as: UTF8.self).filter { $0 != "\r" })
      else {
        throw SluiceError(.badInput, "\(path):\(number): a token in Base64 and its rank were expected")
      }
      tokens.append((token, rank))
    }
    return tokens
  }
}
