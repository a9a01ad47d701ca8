import Foundations

/// What a `tokenizer.json` says of the special tokens around a text, or around a pair of texts.
package struct PostProcessor: Decodable {
  @Lenient package var type: String?
  /// Of a `Sequence`.
  package let processors: [PostProcessor]?
  /// Of a `TemplateProcessing`.
  package let single: [Piece]?
  package let pair: [Piece]?
  package let specialTokens: [String: SpecialToken]?
  /// Of a `BertProcessing` or `RobertaProcessing`.
  @Lenient package var cls: NamedToken?
  @Lenient package var sep: NamedToken?

  enum CodingKeys: String, CodingKey {
    case type, processors, single, pair, cls, sep
    case specialTokens = "special_tokens"
  }

  /// One of the two: the place of a text, or of special tokens.
  package struct Piece: Decodable {
    @Lenient package var sequence: Place?
    @Lenient package var specialToken: Place?

    enum CodingKeys: String, CodingKey {
      case sequence = "Sequence"
      case specialToken = "SpecialToken"
    }
  }

  package struct Place: Decodable {
    /// `A` or `B`, or the name of a special token.
    @Lenient package var id: String?
    package let type: JSONValue?

    enum CodingKeys: String, CodingKey {
      case id
      case type = "type_id"
    }
  }

  package struct SpecialToken: Decodable {
    package let ids: [JSONValue]?
  }

  /// `["[CLS]", 101]`
  package struct NamedToken: Decodable {
    package let id: Int

    package init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      _ = try pair.decode(JSONValue.self)
      id = try pair.decode(Int.self)
    }
  }
}
