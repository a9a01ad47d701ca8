import CUTF8Proc
import Foundations

/// The parts of a `tokenizer.json` whose model is byte-level BPE or Unigram.
extension TokenizerFile {
  func subwordTokenizer(_ type: String, digest: Digest) throws(SluiceError) -> SubwordTokenizer {
    var steps: [PreTokenizer] = []
    try preTokenizer(json["pre_tokenizer"], into: &steps)
    var normalizers: [TextNormalizer] = []
    try normalizer(json["normalizer"], into: &normalizers)
    let model: any SubwordModel = type == "BPE" ? try bytePairs() : try unigram()
    return SubwordTokenizer(
      normalizers: normalizers, preTokenizers: steps, model: model, added: try addedTokens(allowsFlags: true),
      frame: try frame(), digest: digest)
  }

  // MARK: Normalizer

  private func normalizer(_ value: JSONValue?, into steps: inout [TextNormalizer]) throws(SluiceError) {
    guard let value, !value.isNull else { return }
    switch value["type"]?.string {
    case "Sequence":
      for member in value["normalizers"]?.array ?? [] { try normalizer(member, into: &steps) }
    case "NFC": steps.append(.form(UTF8_NFC))
    case "NFD": steps.append(.form(UTF8_NFD))
    case "NFKC": steps.append(.form(UTF8_NFKC))
    case "NFKD": steps.append(.form(UTF8_NFKD))
    case "Lowercase": steps.append(.lowercase)
    case "StripAccents": steps.append(.stripAccents)
    case "Strip":
      steps.append(.strip(left: value["strip_left"]?.bool ?? true, right: value["strip_right"]?.bool ?? true))
    case "Prepend": steps.append(.prepend(Array((value["prepend"]?.string ?? "").utf8)))
    case "Replace":
      let content = Array((value["content"]?.string ?? "").utf8)
      if let pattern = value["pattern"]?["Regex"]?.string {
        steps.append(.replace(try regex(pattern), content))
      } else if let text = value["pattern"]?["String"]?.string, !text.isEmpty {
        steps.append(.replaceText(Array(text.utf8), content))
      } else {
        throw unreadable("its Replace normalizer has no pattern")
      }
    case "Precompiled":
      guard let text = value["precompiled_charsmap"]?.string, let bytes = Base64.decode(text),
        let map = PrecompiledMap(bytes)
      else { throw unreadable("its precompiled_charsmap cannot be read") }
      steps.append(.precompiled(map))
    case let other: throw unreadable("its normalizer is \(other ?? "of no type"), which Sluice does not know")
    }
  }

  private func regex(_ pattern: String) throws(SluiceError) -> Regex {
    do { return try Regex(pattern) } catch { throw unreadable(error.message) }
  }

  // MARK: Pre-tokenizer

  /// GPT-2's, where ByteLevel uses its own.
  private static let words = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  private func preTokenizer(_ value: JSONValue?, into steps: inout [PreTokenizer]) throws(SluiceError) {
    guard let value, !value.isNull else { return }
    switch value["type"]?.string {
    case "Sequence":
      for member in value["pretokenizers"]?.array ?? [] { try preTokenizer(member, into: &steps) }
    case "ByteLevel":
      if value["add_prefix_space"]?.bool ?? true { steps.append(.prefixSpace) }
      if value["use_regex"]?.bool ?? true { steps.append(.isolate(try regex(Self.words))) }
    case "Split": steps.append(try split(value))
    case "Digits":
      steps.append(.isolate(try regex(value["individual_digits"]?.bool == true ? #"\p{N}"# : #"\p{N}+"#)))
    case "WhitespaceSplit": steps.append(.removeMatches(try regex(#"\s+"#)))
    case "Whitespace": steps.append(.keepMatches(try regex(#"\w+|[^\w\s]+"#)))
    case "Metaspace":
      let scheme = value["prepend_scheme"]?.string ?? (value["add_prefix_space"]?.bool == false ? "never" : "always")
      guard let prepends = ["always": PreTokenizer.Prepending.always, "first": .first, "never": .never][scheme] else {
        throw unreadable("its Metaspace has the prepend_scheme '\(scheme)', which Sluice does not know")
      }
      steps.append(
        .metaspace(
          mark: Array((value["replacement"]?.string ?? "▁").utf8), prepends: prepends,
          splits: value["split"]?.bool ?? true))
    case let other: throw unreadable("its pre-tokenizer is \(other ?? "of no type"), which Sluice does not know")
    }
  }

  private func split(_ value: JSONValue) throws(SluiceError) -> PreTokenizer {
    let pattern: Regex
    if let text = value["pattern"]?["Regex"]?.string {
      pattern = try regex(text)
    } else if let text = value["pattern"]?["String"]?.string {
      pattern = try regex(#"\Q"# + text + #"\E"#)
    } else {
      throw unreadable("its Split has no pattern")
    }
    let isInverted = value["invert"]?.bool ?? false
    switch value["behavior"]?.string {
    case "Isolated": return .isolate(pattern)
    case "Removed": return isInverted ? .keepMatches(pattern) : .removeMatches(pattern)
    case let other: throw unreadable("its Split has the behavior \(other ?? "none"), which Sluice does not know")
    }
  }

  // MARK: Models

  private func bytePairs() throws(SluiceError) -> BytePairs {
    let model = json["model"]
    guard usesByteLevel(json["pre_tokenizer"]) else {
      throw unreadable("its BPE is not byte-level, which Sluice cannot run")
    }
    guard model?["byte_fallback"]?.bool != true, model?["end_of_word_suffix"]?.string ?? "" == "",
      model?["continuing_subword_prefix"]?.string ?? "" == ""
    else { throw unreadable("its BPE marks parts of words, which Sluice does not know") }
    guard let vocabulary = model?["vocab"]?.object, let list = model?["merges"]?.array else {
      throw unreadable("its model has no vocab or no merges")
    }
    var ids: [String: Int32] = Dictionary(minimumCapacity: vocabulary.members.count)
    var tokens: [(bytes: [UInt8], value: Int32)] = []
    tokens.reserveCapacity(vocabulary.members.count)
    for member in vocabulary.members {
      guard let id = TokenizerFile.id(member.value) else {
        throw unreadable("the token '\(member.key)' has no number")
      }
      ids[member.key] = id
      // Tokens that no bytes make (`<|endoftext|>`) are added tokens.
      if let bytes = ByteAlphabet.bytes(of: member.key) { tokens.append((bytes, id)) }
    }
    var merges: [(Int32, Int32, Int32)] = []
    merges.reserveCapacity(list.count)
    for entry in list {
      let pair = entry.array?.compactMap(\.string) ?? entry.string?.split(separator: " ").map(String.init) ?? []
      guard pair.count == 2, let left = ids[pair[0]], let right = ids[pair[1]], let joined = ids[pair[0] + pair[1]]
      else { throw unreadable("the merge \(entry.canonicalText) names a token that is not in the vocabulary") }
      merges.append((left, right, joined))
    }
    do {
      return try BytePairs(tokens: tokens, merges: merges, keepsWhole: model?["ignore_merges"]?.bool ?? false)
    } catch { throw unreadable(error.message) }
  }

  private func usesByteLevel(_ value: JSONValue?) -> Bool {
    value?["type"]?.string == "ByteLevel" || (value?["pretokenizers"]?.array ?? []).contains { usesByteLevel($0) }
  }

  /// A score as the reference reads it: its JSON parser divides the digits, as a number, by a power of ten, and rounds
  /// twice. Of two splits with the same tokens in another order, such last bits decide.
  private static func asReference(_ score: Double) -> Double {
    let text = "\(score.magnitude)"
    let parts = text.split(separator: ".")
    guard parts.count == 2, parts[1].utf8.count <= 22, let digits = UInt64(parts[0] + parts[1]) else { return score }
    var power = 1.0
    for _ in 0..<parts[1].utf8.count { power *= 10 }
    let value = Double(digits) / power
    return score < 0 ? -value : value
  }

  private func unigram() throws(SluiceError) -> Unigram {
    let model = json["model"]
    var tokens: [(bytes: [UInt8], score: Double)] = []
    var byteTokens = [Int32](repeating: -1, count: 256)
    for (index, entry) in (model?["vocab"]?.array ?? []).enumerated() {
      guard let token = entry[0]?.string, let score = entry[1]?.double else {
        throw unreadable("entry \(index) of its vocabulary has no score")
      }
      tokens.append((Array(token.utf8), Self.asReference(score)))
      if token.utf8.count == 6, token.hasPrefix("<0x"), let byte = UInt8(token.dropFirst(3).dropLast(), radix: 16) {
        byteTokens[Int(byte)] = Int32(index)
      }
    }
    guard let unknown = model?["unk_id"]?.int, tokens.indices.contains(unknown) else {
      throw unreadable("its Unigram model has no unk_id")
    }
    let fallsBack = model?["byte_fallback"]?.bool == true && !byteTokens.contains(-1)
    return Unigram(tokens: tokens, unknown: Int32(unknown), bytes: fallsBack ? byteTokens : nil)
  }
}
