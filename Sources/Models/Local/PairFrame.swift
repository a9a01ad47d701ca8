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
    let file: File
    do { file = try ModelFiles.readObject(path).decoded() } catch let error as JSONMismatch {
      throw unreadable("\(error)")
    } catch { throw SluiceError(wrapping: error) }
    guard let processor = file.postProcessor.flatMap(Self.processor) else {
      throw unreadable("it has no post_processor")
    }
    func id(_ value: Int?) throws(SluiceError) -> Int32 {
      guard let number = value.flatMap({ Int32(exactly: $0) }), number >= 0 else {
        throw unreadable("a special token or a type has no number that can be one")
      }
      return number
    }
    switch processor.type {
    case "BertProcessing":
      let cls = try id(processor.cls?.id)
      let sep = try id(processor.sep?.id)
      parts = [
        .special(cls, type: 0), .first(type: 0), .special(sep, type: 0), .second(type: 1), .special(sep, type: 1),
      ]
    case "RobertaProcessing":
      let cls = try id(processor.cls?.id)
      let sep = try id(processor.sep?.id)
      parts = [
        .special(cls, type: 0), .first(type: 0), .special(sep, type: 0), .special(sep, type: 0), .second(type: 0),
        .special(sep, type: 0),
      ]
    default:
      var parts: [Part] = []
      for piece in processor.pair ?? [] {
        if let special = piece.specialToken, let name = special.id {
          for number in processor.specialTokens?[name]?.ids ?? [] {
            parts.append(try .special(id(number.int), type: id((special.type ?? 0).int)))
          }
        } else if let sequence = piece.sequence {
          let type = try id((sequence.type ?? 0).int)
          parts.append(sequence.id == "A" ? .first(type: type) : .second(type: type))
        }
      }
      self.parts = parts
    }
    guard parts.count(where: { if case .first = $0 { true } else { false } }) == 1,
      parts.count(where: { if case .second = $0 { true } else { false } }) == 1
    else { throw unreadable("its template for pairs does not hold both texts once") }
  }

  private struct File: Decodable {
    let postProcessor: PostProcessor?

    enum CodingKeys: String, CodingKey { case postProcessor = "post_processor" }
  }

  /// The step that puts the special tokens in; a sequence of steps may hold it.
  private static func processor(_ step: PostProcessor) -> PostProcessor? {
    switch step.type {
    case "Sequence": step.processors?.lazy.compactMap { processor($0) }.first
    case "TemplateProcessing", "BertProcessing", "RobertaProcessing": step
    default: nil
    }
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
