import Foundations

/// Reads the parts of a `tokenizer.json`, and refuses what would be tokenized otherwise than its
/// author meant.
struct TokenizerFile {
  let json: JSONValue
  let path: String

  func unreadable(_ reason: String) -> SluiceError {
    SluiceError(
      .badInput, "the tokenizer \(path) cannot be used: \(reason)",
      advice:
        "Sluice reads tokenizer.json files with WordPiece, byte-level BPE or Unigram, as the PyPI package tokenizers writes them."
    )
  }

  func vocabulary() throws(SluiceError) -> Vocabulary {
    let model = json["model"]
    guard let members = model?["vocab"]?.object, !members.isEmpty else {
      throw unreadable("model.vocab is empty")
    }
    guard let unknown = model?["unk_token"]?.string, let unknownID = Self.id(members[unknown]) else {
      throw unreadable("model.unk_token is not in the vocabulary")
    }
    var entries: [(token: String, id: Int32)] = []
    entries.reserveCapacity(members.count)
    for member in members.members {
      guard let id = Self.id(member.value) else {
        throw unreadable("the token '\(member.key)' has no number")
      }
      entries.append((member.key, id))
    }
    return Vocabulary(
      entries: entries, continuation: model?["continuing_subword_prefix"]?.string ?? "##",
      unknown: unknownID, longestWord: model?["max_input_chars_per_word"]?.int ?? 100)
  }

  func rules() throws(SluiceError) -> WordSplitter.Rules {
    guard let normalizer = json["normalizer"], normalizer["type"]?.string == "BertNormalizer" else {
      throw unreadable(
        "its normalizer is \(json["normalizer"]?["type"]?.string ?? "absent"), BertNormalizer was expected"
      )
    }
    guard json["pre_tokenizer"]?["type"]?.string == "BertPreTokenizer" else {
      throw unreadable(
        "its pre-tokenizer is \(json["pre_tokenizer"]?["type"]?.string ?? "absent"), BertPreTokenizer was expected"
      )
    }
    let lowercase = normalizer["lowercase"]?.bool ?? true
    return WordSplitter.Rules(
      cleans: normalizer["clean_text"]?.bool ?? true,
      separatesIdeographs: normalizer["handle_chinese_chars"]?.bool ?? true,
      // Absent means: as lowercase, which is how BERT was trained.
      stripsAccents: normalizer["strip_accents"]?.bool ?? lowercase,
      lowercases: lowercase)
  }

  /// - Parameter allowsFlags: whether tokens may be looked for in other ways than as they stand.
  func addedTokens(allowsFlags: Bool = false) throws(SluiceError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for entry in json["added_tokens"]?.array ?? [] {
      guard let content = entry["content"]?.string, let id = Self.id(entry["id"]), !content.isEmpty
      else {
        throw unreadable("an added token has no content or no id that can be one")
      }
      if !allowsFlags {
        for flag in ["single_word", "lstrip", "rstrip", "normalized"] where entry[flag]?.bool == true {
          throw unreadable("its added token '\(content)' is marked \(flag), which Sluice does not know")
        }
      }
      tokens.append(
        AddedToken(
          bytes: Array(content.utf8), id: id, isNormalized: entry["normalized"]?.bool ?? false,
          stripsLeft: entry["lstrip"]?.bool ?? false, stripsRight: entry["rstrip"]?.bool ?? false,
          isWord: entry["single_word"]?.bool ?? false))
    }
    // The longest first: of two that begin at one place the longer one is meant.
    return tokens.sorted { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
  }

  /// The special tokens that the post-processor puts around a single text.
  func frame() throws(SluiceError) -> TokenFrame {
    if let frame = try frame(json["post_processor"]) { return frame }
    return TokenFrame(prefix: [], suffix: [], padding: try padding())
  }

  /// A token's number, which models index their tables by.
  static func id(_ value: JSONValue?) -> Int32? {
    value?.int.flatMap { Int32(exactly: $0) }.flatMap { $0 >= 0 && $0 < 10_000_000 ? $0 : nil }
  }

  /// `nil` for what puts nothing around a text.
  private func frame(_ processor: JSONValue?) throws(SluiceError) -> TokenFrame? {
    guard let processor, !processor.isNull else { return nil }
    switch processor["type"]?.string {
    case "ByteLevel": return nil
    case "Sequence":
      for member in processor["processors"]?.array ?? [] {
        if let found = try frame(member) { return found }
      }
      return nil
    case "TemplateProcessing":
      var sides: [[Int32]] = [[], []]
      var side = 0
      for piece in processor["single"]?.array ?? [] {
        if piece["Sequence"]?.object != nil {
          side = 1
        } else if let name = piece["SpecialToken"]?["id"]?.string {
          let listed = processor["special_tokens"]?[name]?["ids"]?.array ?? []
          let ids = listed.compactMap { Self.id($0) }
          if ids.isEmpty || ids.count < listed.count { throw unreadable("the special token \(name) has no number") }
          sides[side] += ids
        }
      }
      return TokenFrame(prefix: sides[0], suffix: sides[1], padding: try padding())
    case "BertProcessing", "RobertaProcessing":
      guard let cls = Self.id(processor["cls"]?[1]), let sep = Self.id(processor["sep"]?[1]) else {
        throw unreadable("its \(processor["type"]?.string ?? "") names no cls and sep")
      }
      return TokenFrame(prefix: [cls], suffix: [sep], padding: try padding())
    case let other:
      throw unreadable(
        "its post-processor is \(other ?? "of no type"), TemplateProcessing was expected")
    }
  }

  private func padding() throws(SluiceError) -> Int32 {
    let named =
      json["padding"]?["pad_id"] ?? json["model"]?["vocab"]?["[PAD]"]
      ?? json["added_tokens"]?.array?.first { ["<pad>", "[PAD]", "<|endoftext|>"].contains($0["content"]?.string) }?[
        "id"]
    guard let named else { return 0 }
    guard let id = Self.id(named) else { throw unreadable("its token for padding has no number that can be one") }
    return id
  }
}
