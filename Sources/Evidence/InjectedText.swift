import Formats
import Foundations

/// Sentences in documents that talk to models instead of people.
///
/// What such a sentence says is never evidence: a model that obeys it would even quote it truly. They are kept from
/// models, and quotes that touch them are refused.
package enum InjectedText {
  /// Beginnings of what only somebody says who wants to steer a model; in lower case, white space as single spaces.
  private static let signs = [
    "ignore all previous", "ignore previous", "ignore the previous", "ignore all former", "ignore all prior",
    "ignore prior", "ignore the above", "ignore all above", "ignore your instructions", "ignore the instructions",
    "ignore any instructions", "disregard all previous", "disregard previous", "disregard the above",
    "disregard all prior", "disregard your", "forget all previous", "forget previous instructions",
    "forget your instructions", "override your instructions", "override all previous", "new instructions:",
    "system prompt", "you are now ", "you are chatgpt", "you are an ai", "as an ai language model", "dear model",
    "dear language model", "attention ai", "attention llm", "note to ai", "note to llm", "instructions for the model",
    "instructions to the model", "instruction to the model", "to the language model", "if you are an ai",
    "if you are a language model", "respond only with", "reply only with", "answer only with", "output only the",
    "do not tell the user", "<|im_start|>", "<|im_end|>", "[inst]", "[/inst]", "### instruction", "### system",
    "begin system message", "act as if you", "pretend to be", "pretend that you", "jailbreak", "developer mode",
    "忽略之前", "忽略以上", "忽略所有", "无视之前", "无视以上", "ignorez les instructions", "ignoriere alle", "ignora las instrucciones",
  ]

  /// Whether a text speaks to a model and not to a reader.
  package static func looksLikeInstruction(_ text: some StringProtocol) -> Bool {
    let line = ChunkText.line(text).lowercased()
    return signs.contains { line.contains($0) }
  }

  /// The sentences of a text that look so, in bytes of the text.
  package static func ranges(in text: String) -> [Range<Int>] {
    guard looksLikeInstruction(text) else { return [] }
    var ranges: [Range<Int>] = []
    var offset = 0
    for paragraph in text.split(separator: "\n\n", omittingEmptySubsequences: false) {
      let content = String(paragraph)
      let sentences = SentenceSplitter.sentences(content)
      let start = offset
      offset += content.utf8.count + 2
      guard looksLikeInstruction(content) else { continue }
      let hits = sentences.filter { looksLikeInstruction($0) }
      if hits.isEmpty {
        // It spans sentences: the whole paragraph goes.
        ranges.append(start..<(start + content.utf8.count))
      }
      for hit in hits {
        let place = start + content.utf8.distance(from: content.startIndex, to: hit.startIndex)
        ranges.append(place..<(place + hit.utf8.count))
      }
    }
    return ranges
  }

  /// What must neither be quoted nor shown to a model: such sentences, and summaries that a model wrote.
  package static func unquotable(in text: String) -> [Range<Int>] {
    ranges(in: text) + (ChunkLayout.summaryRange(text).map { [$0] } ?? [])
  }

  /// The text with such sentences withheld; as long, in bytes, as before only by chance.
  package static func withheld(_ text: String) -> String {
    let ranges = unquotable(in: text)
    if ranges.isEmpty { return text }
    var bytes: [UInt8] = []
    let all = Array(text.utf8)
    var start = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.lowerBound >= start {
      bytes += all[start..<range.lowerBound]
      bytes += Array("[withheld]".utf8)
      start = range.upperBound
    }
    bytes += all[start...]
    return String(decoding: bytes, as: UTF8.self)
  }
}
