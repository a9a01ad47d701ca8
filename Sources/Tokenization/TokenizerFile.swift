import Foundations

/// Reads the parts of a `tokenizer.json`, and refuses what would be tokenized otherwise than its
/// author meant.
struct TokenizerFile {
  let json: TokenizerJSON
  let path: String

  /// - Throws: `.badInput` when the file is not what `TokenizerJSON` takes.
  init(_ bytes: [UInt8], path: String) throws(SluiceError) {
    self.path = path
    do {
      json = try JSONValue(parsing: bytes).decoded()
    } catch let error as JSONMismatch {
      throw Self.unreadable(path, "\(error)")
    } catch {
      throw SluiceError(.badInput, "the tokenizer \(path) is \(error)")
    }
  }

  func unreadable(_ reason: String) -> SluiceError { Self.unreadable(path, reason) }

  private static func unreadable(_ path: String, _ reason: String) -> SluiceError {
    SluiceError(
      .badInput, "the tokenizer \(path) cannot be used: \(reason)",
      advice:
        "Sluice reads tokenizer.json files with WordPiece, byte-level BPE or Unigram, as the PyPI package tokenizers writes them."
    )
  }

  func vocabulary() throws(SluiceError) -> Vocabulary {
    guard let model = json.model, let members = model.vocab?.object, !members.isEmpty else {
      throw unreadable("model.vocab is empty")
    }
    guard let unknown = model.unknownToken, let unknownID = Self.id(members[unknown]) else {
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
      entries: entries, continuation: model.continuation ?? "##",
      unknown: unknownID, longestWord: model.longestWord ?? 100)
  }

  func rules() throws(SluiceError) -> WordSplitter.Rules {
    guard let normalizer = json.normalizer, normalizer.type == "BertNormalizer" else {
      throw unreadable(
        "its normalizer is \(json.normalizer?.type ?? "absent"), BertNormalizer was expected"
      )
    }
    guard json.preTokenizer?.type == "BertPreTokenizer" else {
      throw unreadable(
        "its pre-tokenizer is \(json.preTokenizer?.type ?? "absent"), BertPreTokenizer was expected"
      )
    }
    let lowercase = normalizer.lowercase ?? true
    return WordSplitter.Rules(
      cleans: normalizer.cleanText ?? true,
      separatesIdeographs: normalizer.handleChineseChars ?? true,
      // Absent means: as lowercase, which is how BERT was trained.
      stripsAccents: normalizer.stripAccents ?? lowercase,
      lowercases: lowercase)
  }

  /// - Parameter allowsFlags: whether tokens may be looked for in other ways than as they stand.
  func addedTokens(allowsFlags: Bool = false) throws(SluiceError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for entry in json.addedTokens ?? [] {
      guard let content = entry.content, let id = Self.id(entry.id), !content.isEmpty else {
        throw unreadable("an added token has no content or no id that can be one")
      }
      if !allowsFlags, let flag = entry.flags.first {
        throw unreadable("its added token '\(content)' is marked \(flag), which Sluice does not know")
      }
      tokens.append(
        AddedToken(
          bytes: Array(content.utf8), id: id, isNormalized: entry.normalized ?? false,
          stripsLeft: entry.lstrip ?? false, stripsRight: entry.rstrip ?? false,
          isWord: entry.singleWord ?? false))
    }
    // The longest first: of two that begin at one place the longer one is meant.
    return tokens.sorted { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
  }

  /// The special tokens that the post-processor puts around a single text.
  func frame() throws(SluiceError) -> TokenFrame {
    if let processor = json.postProcessor, let frame = try frame(processor) { return frame }
    return TokenFrame(prefix: [], suffix: [], padding: try padding())
  }

  /// A token's number, which models index their tables by.
  static func id(_ number: Int?) -> Int32? {
    number.flatMap { Int32(exactly: $0) }.flatMap { $0 >= 0 && $0 < 10_000_000 ? $0 : nil }
  }

  static func id(_ value: JSONValue?) -> Int32? { id(value?.int) }

  /// `nil` for what puts nothing around a text.
  private func frame(_ processor: PostProcessor) throws(SluiceError) -> TokenFrame? {
    switch processor.type {
    case "ByteLevel": return nil
    case "Sequence":
      for member in processor.processors ?? [] {
        if let found = try frame(member) { return found }
      }
      return nil
    case "TemplateProcessing":
      var sides: [[Int32]] = [[], []]
      var side = 0
      for piece in processor.single ?? [] {
        if piece.sequence != nil {
          side = 1
        } else if let name = piece.specialToken?.id {
          let listed = processor.specialTokens?[name]?.ids ?? []
          let ids = listed.compactMap { Self.id($0) }
          if ids.isEmpty || ids.count < listed.count { throw unreadable("the special token \(name) has no number") }
          sides[side] += ids
        }
      }
      return TokenFrame(prefix: sides[0], suffix: sides[1], padding: try padding())
    case let type? where ["BertProcessing", "RobertaProcessing"].contains(type):
      guard let cls = Self.id(processor.cls?.id), let sep = Self.id(processor.sep?.id) else {
        throw unreadable("its \(type) names no cls and sep")
      }
      return TokenFrame(prefix: [cls], suffix: [sep], padding: try padding())
    case let other:
      throw unreadable(
        "its post-processor is \(other ?? "of no type"), TemplateProcessing was expected")
    }
  }

  private func padding() throws(SluiceError) -> Int32 {
    let fillers: Set = ["<pad>", "[PAD]", "<|endoftext|>"]
    let id: Int32?
    if let named = json.padding?.id ?? json.model?.vocab?["[PAD]"] {
      id = Self.id(named)
    } else if let added = json.addedTokens?.first(where: { $0.content.map(fillers.contains) == true }) {
      id = Self.id(added.id)
    } else {
      return 0
    }
    guard let id else { throw unreadable("its token for padding has no number that can be one") }
    return id
  }
}
