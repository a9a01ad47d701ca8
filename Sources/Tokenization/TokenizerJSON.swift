import Foundations

/// A `tokenizer.json`, as the PyPI package `tokenizers` writes it. What is no list or object where one belongs is an
/// error: it would be tokenized otherwise than its author meant. Flags of a wrong type count as missing.
struct TokenizerJSON: Decodable {
  let normalizer: Step?
  let preTokenizer: Step?
  let model: Model?
  let addedTokens: [Added]?
  let postProcessor: PostProcessor?
  let padding: Padding?

  enum CodingKeys: String, CodingKey {
    case normalizer, model, padding
    case preTokenizer = "pre_tokenizer"
    case addedTokens = "added_tokens"
    case postProcessor = "post_processor"
  }

  /// A step of the normalizer or of the pre-tokenizer: each type has members of its own.
  struct Step: Decodable {
    @Lenient var type: String?
    @Lenient var pattern: Pattern?
    /// Of a `Sequence` of normalizers, and of one of pre-tokenizers.
    let normalizers: [Step]?
    let preTokenizers: [Step]?
    @Lenient var stripLeft: Bool?
    @Lenient var stripRight: Bool?
    @Lenient var prepend: String?
    @Lenient var content: String?
    /// Of a `Precompiled`: base64.
    @Lenient var charsMap: String?
    @Lenient var lowercase: Bool?
    @Lenient var cleanText: Bool?
    @Lenient var handleChineseChars: Bool?
    @Lenient var stripAccents: Bool?
    @Lenient var addPrefixSpace: Bool?
    @Lenient var useRegex: Bool?
    @Lenient var individualDigits: Bool?
    @Lenient var prependScheme: String?
    @Lenient var replacement: String?
    @Lenient var split: Bool?
    @Lenient var behavior: String?
    @Lenient var invert: Bool?

    enum CodingKeys: String, CodingKey {
      case type, pattern, normalizers, prepend, content, lowercase, replacement, split, behavior, invert
      case preTokenizers = "pretokenizers"
      case stripLeft = "strip_left"
      case stripRight = "strip_right"
      case charsMap = "precompiled_charsmap"
      case cleanText = "clean_text"
      case handleChineseChars = "handle_chinese_chars"
      case stripAccents = "strip_accents"
      case addPrefixSpace = "add_prefix_space"
      case useRegex = "use_regex"
      case individualDigits = "individual_digits"
      case prependScheme = "prepend_scheme"
    }
  }

  /// One of the two.
  struct Pattern: Decodable {
    @Lenient var regex: String?
    @Lenient var text: String?

    enum CodingKeys: String, CodingKey {
      case regex = "Regex"
      case text = "String"
    }
  }

  struct Model: Decodable {
    @Lenient var type: String?
    /// Names with numbers, or pairs of a name and a score: a hundred thousand of them, so they are taken as they stand.
    let vocab: JSONValue?
    let merges: JSONValue?
    @Lenient var unknownToken: String?
    @Lenient var unknownID: Int?
    @Lenient var continuation: String?
    @Lenient var endOfWord: String?
    @Lenient var longestWord: Int?
    @Lenient var byteFallback: Bool?
    @Lenient var ignoreMerges: Bool?

    enum CodingKeys: String, CodingKey {
      case type, vocab, merges
      case unknownToken = "unk_token"
      case unknownID = "unk_id"
      case continuation = "continuing_subword_prefix"
      case endOfWord = "end_of_word_suffix"
      case longestWord = "max_input_chars_per_word"
      case byteFallback = "byte_fallback"
      case ignoreMerges = "ignore_merges"
    }
  }

  struct Added: Decodable {
    @Lenient var id: Int?
    @Lenient var content: String?
    @Lenient var singleWord: Bool?
    @Lenient var lstrip: Bool?
    @Lenient var rstrip: Bool?
    @Lenient var normalized: Bool?

    enum CodingKeys: String, CodingKey {
      case id, content, lstrip, rstrip, normalized
      case singleWord = "single_word"
    }

    /// The flags that are set, by their names in the file.
    var flags: [String] {
      [
        (CodingKeys.singleWord, singleWord), (.lstrip, lstrip), (.rstrip, rstrip), (.normalized, normalized),
      ].compactMap { key, flag in flag == true ? key.stringValue : nil }
    }
  }

  struct Padding: Decodable {
    let id: JSONValue?

    enum CodingKeys: String, CodingKey { case id = "pad_id" }
  }
}
