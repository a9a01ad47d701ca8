import CUTF8Proc
import Foundations

/// The parts of a `tokenizer.json` whose model is byte-level BPE or Unigram.
extension TokenizerFile {
  func subwordTokenizer(_ type: String, digest: Digest) throws(SluiceError) -> SubwordTokenizer {
    var steps: [PreTokenizer] = []
    try preTokenizer(json.preTokenizer, into: &steps)
    var normalizers: [TextNormalizer] = []
    try normalizer(json.normalizer, into: &normalizers)
    let model: any SubwordModel = type == "BPE" ? try bytePairs() : try unigram()
    return SubwordTokenizer(
      normalizers: normalizers, preTokenizers: steps, model: model, added: try addedTokens(allowsFlags: true),
      frame: try frame(), digest: digest)
  }

  // MARK: Normalizer

  /// What a file does not have changes nothing.
  private func normalizer(_ step: TokenizerJSON.Step?, into steps: inout [TextNormalizer]) throws(SluiceError) {
    guard let step else { return }
    switch step.type {
    case "Sequence":
      for member in step.normalizers ?? [] { try normalizer(member, into: &steps) }
    case "NFC": steps.append(.form(UTF8_NFC))
    case "NFD": steps.append(.form(UTF8_NFD))
    case "NFKC": steps.append(.form(UTF8_NFKC))
    case "NFKD": steps.append(.form(UTF8_NFKD))
    case "Lowercase": steps.append(.lowercase)
    case "StripAccents": steps.append(.stripAccents)
    case "Strip":
      steps.append(.strip(left: step.stripLeft ?? true, right: step.stripRight ?? true))
    case "Prepend": steps.append(.prepend(Array((step.prepend ?? "").utf8)))
    case "Replace":
      let content = Array((step.content ?? "").utf8)
      if let pattern = step.pattern?.regex {
        steps.append(.replace(try regex(pattern), content))
      } else if let text = step.pattern?.text, !text.isEmpty {
        steps.append(.replaceText(Array(text.utf8), content))
      } else {
        throw unreadable("its Replace normalizer has no pattern")
      }
    case "Precompiled":
      guard let text = step.charsMap, let bytes = Base64.decode(text),
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

  private func preTokenizer(_ step: TokenizerJSON.Step?, into steps: inout [PreTokenizer])
    throws(SluiceError)
  {
    guard let step else { return }
    switch step.type {
    case "Sequence":
      for member in step.preTokenizers ?? [] { try preTokenizer(member, into: &steps) }
    case "ByteLevel":
      if step.addPrefixSpace ?? true { steps.append(.prefixSpace) }
      if step.useRegex ?? true { steps.append(.isolate(try regex(Self.words))) }
    case "Split": steps.append(try split(step))
    case "Digits":
      steps.append(.isolate(try regex(step.individualDigits == true ? #"\p{N}"# : #"\p{N}+"#)))
    case "WhitespaceSplit": steps.append(.removeMatches(try regex(#"\s+"#)))
    case "Whitespace": steps.append(.keepMatches(try regex(#"\w+|[^\w\s]+"#)))
    case "Metaspace":
      let scheme = step.prependScheme ?? (step.addPrefixSpace == false ? "never" : "always")
      guard let prepends = ["always": PreTokenizer.Prepending.always, "first": .first, "never": .never][scheme] else {
        throw unreadable("its Metaspace has the prepend_scheme '\(scheme)', which Sluice does not know")
      }
      steps.append(
        .metaspace(
          mark: Array((step.replacement ?? "▁").utf8), prepends: prepends,
          splits: step.split ?? true))
    case let other: throw unreadable("its pre-tokenizer is \(other ?? "of no type"), which Sluice does not know")
    }
  }

  private func split(_ step: TokenizerJSON.Step) throws(SluiceError) -> PreTokenizer {
    let pattern: Regex
    if let text = step.pattern?.regex {
      pattern = try regex(text)
    } else if let text = step.pattern?.text {
      pattern = try regex(#"\Q"# + text + #"\E"#)
    } else {
      throw unreadable("its Split has no pattern")
    }
    let isInverted = step.invert ?? false
    switch step.behavior {
    case "Isolated": return .isolate(pattern)
    case "Removed": return isInverted ? .keepMatches(pattern) : .removeMatches(pattern)
    case let other: throw unreadable("its Split has the behavior \(other ?? "none"), which Sluice does not know")
    }
  }

  // MARK: Models

  private func bytePairs() throws(SluiceError) -> BytePairs {
    guard json.preTokenizer.map(usesByteLevel) == true else {
      throw unreadable("its BPE is not byte-level, which Sluice cannot run")
    }
    let model = json.model
    guard model?.byteFallback != true, model?.endOfWord?.isEmpty != false, model?.continuation?.isEmpty != false else {
      throw unreadable("its BPE marks parts of words, which Sluice does not know")
    }
    guard let vocabulary = model?.vocab?.object, let list = model?.merges?.array else {
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
      return try BytePairs(tokens: tokens, merges: merges, keepsWhole: model?.ignoreMerges ?? false)
    } catch { throw unreadable(error.message) }
  }

  private func usesByteLevel(_ step: TokenizerJSON.Step) -> Bool {
    step.type == "ByteLevel" || (step.preTokenizers ?? []).contains { usesByteLevel($0) }
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
    let model = json.model
    var tokens: [(bytes: [UInt8], score: Double)] = []
    var byteTokens = [Int32](repeating: -1, count: 256)
    for (index, entry) in (model?.vocab?.array ?? []).enumerated() {
      guard let token = entry[0]?.string, let score = entry[1]?.double else {
        throw unreadable("entry \(index) of its vocabulary has no score")
      }
      tokens.append((Array(token.utf8), Self.asReference(score)))
      if token.utf8.count == 6, token.hasPrefix("<0x"), let byte = UInt8(token.dropFirst(3).dropLast(), radix: 16) {
        byteTokens[Int(byte)] = Int32(index)
      }
    }
    guard let unknown = model?.unknownID, tokens.indices.contains(unknown) else {
      throw unreadable("its Unigram model has no unk_id")
    }
    let fallsBack = model?.byteFallback == true && !byteTokens.contains(-1)
    return Unigram(tokens: tokens, unknown: Int32(unknown), bytes: fallsBack ? byteTokens : nil)
  }
}
