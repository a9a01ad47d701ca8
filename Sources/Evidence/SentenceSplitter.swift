import Foundations

/// Splits text after sentences, by simple rules that are right for prose and harmless elsewhere.
package enum SentenceSplitter {
  private static let abbreviations: Set<String> = [
    "e.g", "i.e", "etc", "cf", "vs", "mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "vol",
    "fig", "sec", "p", "pp",
    "z.b", "d.h", "bzw", "usw", "ca", "al", "inc", "ltd", "co", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
  ]

  /// The sentences of `text` without the white space between them.
  package static func sentences(_ text: String) -> [Substring] {
    var sentences: [Substring] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let after = scalars.index(after: index)
      // Chinese and Japanese sentences end without a space.
      if scalar == "。" || scalar == "！" || scalar == "？" {
        sentences.append(text[start..<after])
        start = after
      } else if scalar == ".", ends(scalars, start, index, after) {
        (start, index) = close(text, start, after, &sentences)
        continue
      } else if scalar == "!" || scalar == "?", isSpace(scalars, skipClosing(scalars, after)) {
        (start, index) = close(text, start, after, &sentences)
        continue
      }
      index = after
    }
    if start < scalars.endIndex { sentences.append(text[start...]) }
    return sentences.filter { !$0.isEmpty }
  }

  private static func close(
    _ text: String, _ start: String.Index, _ after: String.Index, _ sentences: inout [Substring]
  ) -> (String.Index, String.Index) {
    let scalars = text.unicodeScalars
    let end = skipClosing(scalars, after)
    sentences.append(text[start..<end])
    var next = end
    while next < scalars.endIndex, scalars[next] == " " || scalars[next] == "\n" {
      next = scalars.index(after: next)
    }
    return (next, next)
  }

  private static func skipClosing(_ scalars: String.UnicodeScalarView, _ index: String.Index)
    -> String.Index
  {
    var index = index
    while index < scalars.endIndex, [")", "\"", "”", "’", "]", "»"].contains(scalars[index]) {
      index = scalars.index(after: index)
    }
    return index
  }

  private static func isSpace(_ scalars: String.UnicodeScalarView, _ index: String.Index) -> Bool {
    index < scalars.endIndex && (scalars[index] == " " || scalars[index] == "\n")
  }

  /// Whether the point at `index` ends a sentence: a space and no small letter after it, and no
  /// abbreviation, initial or number before it.
  private static func ends(
    _ scalars: String.UnicodeScalarView, _ start: String.Index, _ index: String.Index,
    _ after: String.Index
  ) -> Bool {
    let end = skipClosing(scalars, after)
    guard isSpace(scalars, end) else { return false }
    let next = scalars.index(after: end)
    if next < scalars.endIndex, scalars[next].properties.isLowercase { return false }
    var word = String.UnicodeScalarView()
    var back = index
    while back > start {
      let before = scalars.index(before: back)
      if scalars[before] == " " || scalars[before] == "\n" || scalars[before] == "(" { break }
      back = before
    }
    word.append(contentsOf: scalars[back..<index])
    let bare = String(word).lowercased()
    if abbreviations.contains(bare) { return false }
    if word.count == 1, let only = word.first, only.properties.isAlphabetic { return false }
    // `1.` and `2.3.` at the start are labels.
    return !(back == start && word.allSatisfy { $0.properties.numericType != nil || $0 == "." })
  }
}
