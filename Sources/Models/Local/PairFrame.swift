import Foundations
import Tokenization

/// What a model wants around a pair of texts: `[CLS] question [SEP] text [SEP]`, as its tokenizer.json says.
struct PairFrame: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case special(Int32, type: Int32)
    case first(type: Int32)
    case second(type: Int32)
  }
  let parts: [Part]

  /// - Throws: `.badInput` when the file does not say how pairs are framed.
  init(file path: String) throws(SluiceError) {
    func unreadable(_ reason: String) -> SluiceError {
      SluiceError(
        .badInput, "the tokenizer \(path) cannot read pairs: \(reason)",
        advice: "A re-ranker's tokenizer.json has a post_processor with a template for pairs.")
    }
    let json = try ModelFiles.readObject(path)
    guard let processor = Self.processor(json["post_processor"] ?? .null) else {
      throw unreadable("it has no post_processor")
    }
    func number(_ pair: JSONValue?) throws(SluiceError) -> Int32 {
      try id(pair?[1])
    }
    func id(_ value: JSONValue?) throws(SluiceError) -> Int32 {
      guard let number = value?.int.flatMap({ Int32(exactly: $0) }), number >= 0 else {
        throw unreadable("a special token or a type has no number that can be one")
      }
      return number
    }
    switch processor["type"]?.string {
    case "BertProcessing":
      let cls = try number(processor["cls"])
      let sep = try number(processor["sep"])
      parts = [
        .special(cls, type: 0), .first(type: 0), .special(sep, type: 0), .second(type: 1), .special(sep, type: 1),
      ]
    case "RobertaProcessing":
      let cls = try number(processor["cls"])
      let sep = try number(processor["sep"])
      parts = [
        .special(cls, type: 0), .first(type: 0), .special(sep, type: 0), .special(sep, type: 0), .second(type: 0),
        .special(sep, type: 0),
      ]
    default:
      var parts: [Part] = []
      for piece in processor["pair"]?.array ?? [] {
        if let special = piece["SpecialToken"], let name = special["id"]?.string {
          for number in processor["special_tokens"]?[name]?["ids"]?.array ?? [] {
            parts.append(try .special(id(number), type: id(special["type_id"] ?? 0)))
          }
        } else if let sequence = piece["Sequence"] {
          let type = try id(sequence["type_id"] ?? 0)
          parts.append(sequence["id"]?.string == "A" ? .first(type: type) : .second(type: type))
        }
      }
      self.parts = parts
    }
    guard parts.count(where: { if case .first = $0 { true } else { false } }) == 1,
      parts.count(where: { if case .second = $0 { true } else { false } }) == 1
    else { throw unreadable("its template for pairs does not hold both texts once") }
  }

  /// The step that puts the special tokens in; a sequence of steps may hold it.
  private static func processor(_ value: JSONValue) -> JSONValue? {
    if value["type"]?.string == "Sequence" {
      return value["processors"]?.array?.compactMap { processor($0) }.first
    }
    let known = ["TemplateProcessing", "BertProcessing", "RobertaProcessing"]
    guard let type = value["type"]?.string, known.contains(type) else { return nil }
    return value
  }

  /// The tokens of a pair and the text that each is of, cut to `limit`: the longer text gives first, as Hugging Face's
  /// tokenizers do (`longest_first`).
  func frame(_ first: [Int32], _ second: [Int32], limit: Int) -> (tokens: [Int32], types: [Int32]) {
    let special = parts.count { if case .special = $0 { true } else { false } }
    let room = max(0, limit - special)
    var (a, b) = (first.count, second.count)
    if a + b > room {
      let short = min(a, b)
      let long = short <= room / 2 ? room - short : room - room / 2
      let other = room - long
      (a, b) = a <= b ? (other, long) : (long, other)
    }
    var tokens: [Int32] = []
    var types: [Int32] = []
    func append(_ ids: some Collection<Int32>, _ type: Int32) {
      tokens += ids
      types += repeatElement(type, count: ids.count)
    }
    for part in parts {
      switch part {
      case .special(let id, let type): append(CollectionOfOne(id), type)
      case .first(let type): append(first.prefix(a), type)
      case .second(let type): append(second.prefix(b), type)
      }
    }
    return (tokens, types)
  }
}
