/// The small words that decide what a sentence claims: how sure it is, for whom and when it holds, from where to where a
/// number goes, and in which direction something went.
struct StatementLogic {
  /// Words and phrases of one meaning, in English, German, French and Chinese.
  private struct Sense {
    let phrases: [String]
    init(_ text: String) { phrases = text.split(separator: ",").map { $0.trimmed } }

    /// How often; phrases within phrases count again, in both texts alike.
    func count(in words: String, _ text: String) -> Int {
      phrases.reduce(0) { count, phrase in
        let isWide = phrase.unicodeScalars.first.map { $0.value > 0x2E80 } == true
        // One space parts two words.
        return count
          + (isWide ? text : words.replacing(" ", with: "  ")).ranges(
            of: isWide ? phrase : " " + phrase.replacing(" ", with: "  ") + " "
          ).count
      }
    }

    func stands(in words: String, _ text: String) -> Bool {
      phrases.contains {
        $0.unicodeScalars.first.map { $0.value > 0x2E80 } == true ? text.contains($0) : words.contains(" " + $0 + " ")
      }
    }
  }

  private static let hedges = Sense(
    """
    may, might, could, possibly, perhaps, maybe, probably, likely, unlikely, reportedly, allegedly, supposedly, apparently, \
    is said to, are said to, it is said, seems, seem, appears to, appear to, is believed, are believed, is expected, \
    are expected, is thought, rumoured, rumored, suspected, kann, könnte, könnten, möglicherweise, vielleicht, \
    wahrscheinlich, vermutlich, angeblich, soll, sollen, scheint, scheinen, dürfte, peut, peuvent, pourrait, pourraient, \
    peut-être, probablement, semble, semblent, serait, seraient, 可能, 或许, 也许, 据说, 据称, 大概, 似乎
    """)
  private static let conditions = Sense(
    """
    if, unless, provided, provided that, as long as, in case, only when, except, except when, except for, otherwise, \
    wenn, falls, sofern, solange, außer, es sei denn, si, à moins, à condition, sauf, pourvu, 如果, 若, 除非, 只要, 除了
    """)
  private static let modals: [(name: String, sense: Sense)] = [
    (
      "must",
      Sense(
        "must, mustn't, shall, have to, has to, required, mandatory, need to, needs to, muss, müssen, doit, doivent, 必须, 应当"
      )
    ),
    (
      "should",
      Sense("should, shouldn't, ought to, recommended, encouraged, sollte, sollten, devrait, devraient, 应该, 建议")
    ),
    ("may", Sense("may, can, optional, allowed, permitted, darf, dürfen, kann, können, peut, peuvent, 可以, 允许")),
  ]
  private static let only = Sense(
    "only, solely, exclusively, nothing but, nur, ausschließlich, allein, lediglich, seulement, uniquement, 只有, 仅, 只能")
  private static let every = Sense(
    """
    all, every, always, everybody, everyone, everything, everywhere, entirely, completely, each, any, alle, jeder, jede, \
    jedes, immer, stets, sämtliche, tous, toutes, toujours, chaque, 所有, 全部, 每个, 总是, 一律
    """)
  private static let some = Sense(
    """
    some, sometimes, often, usually, most, mostly, many, few, several, rarely, seldom, partly, almost, nearly, generally, \
    typically, einige, manche, manchmal, oft, meist, meistens, viele, wenige, selten, teilweise, fast, certains, certaines, \
    parfois, souvent, plupart, rarement, presque, 有些, 有时, 经常, 多数, 通常, 很少, 几乎
    """)
  private static let least = Sense(
    """
    at least, no less than, no fewer than, not less than, more than, over, above, exceeds, exceed, minimum, a minimum of, \
    or more, mindestens, wenigstens, mehr als, über, au moins, plus de, minimum de, 至少, 超过, 以上, 不少于
    """)
  private static let most = Sense(
    """
    at most, no more than, not more than, up to, less than, fewer than, under, below, maximum, a maximum of, or less, \
    or fewer, höchstens, maximal, bis zu, weniger als, unter, au plus, moins de, jusqu à, 最多, 至多, 不超过, 少于, 以下, 以内
    """)
  private static let about = Sense(
    "about, around, roughly, approximately, nearly, almost, some, circa, etwa, rund, ungefähr, environ, près de, 大约, 约, 左右"
  )

  /// Words of which one is the opposite of the other, by how they begin.
  private static let opposites: [([String], [String])] = [
    (
      ["rose", "rise", "rising", "increas", "grew", "grow", "climb", "gain", "raise"],
      ["fell", "fall", "falling", "decreas", "shrank", "shrink", "drop", "declin", "lower", "sank", "lost", "reduc"]
    ),
    (["enabl"], ["disabl"]), (["allow", "permit"], ["forbid", "forbad", "prohibit", "disallow", "den"]),
    (["before", "prior"], ["after", "following"]), (["faster", "quicker"], ["slower"]),
    (["larger", "bigger", "greater", "higher", "more"], ["smaller", "lower", "less", "fewer"]),
    (["first"], ["last"]), (["open"], ["close", "closing", "shut"]),
    (["start", "begin", "began"], ["stop", "end", "finish"]),
    (["includ"], ["exclud", "omit"]), (["accept"], ["reject", "refus"]), (["success", "succeed"], ["fail"]),
    (["safe"], ["unsafe", "dangerous"]), (["possible"], ["impossible"]), (["valid"], ["invalid"]),
    (["required", "mandatory", "obligatory"], ["optional"]), (["above"], ["below"]),
    (["inside", "within"], ["outside"]),
    (["buy", "bought"], ["sell", "sold"]), (["win", "won"], ["lose", "lost"]), (["cheap"], ["expensive"]),
    (["add"], ["remov", "delet"]), (["encrypt"], ["decrypt"]), (["read"], ["writ"]), (["upload"], ["download"]),
    (["early", "earlier"], ["late", "later"]), (["install"], ["remov", "uninstall", "delet"]), (["new"], ["old"]),
    (["newer"], ["older"]), (["minimum"], ["maximum"]), (["public"], ["private"]),
    (["stieg", "steig", "wuchs", "erhöh"], ["sank", "sink", "fiel", "verringer"]), (["erlaub"], ["verbiet", "verbot"]),
    (["vor"], ["nach"]), (["größer", "höher", "mehr"], ["kleiner", "niedriger", "weniger"]),
    (["augment"], ["diminu", "baiss"]), (["avant"], ["après"]), (["plus"], ["moins"]),
  ]
  private static let chineseOpposites = [
    ("增加", "减少"), ("上升", "下降"), ("之前", "之后"), ("允许", "禁止"), ("大于", "小于"), ("高于", "低于"), ("成功", "失败"), ("启用", "禁用"),
  ]

  let text: String
  /// In lower case, each between two spaces.
  private let words: String
  private let list: [String]

  init(_ text: String) {
    let lower = text.lowercased().replacing("’", with: "'")
    self.text = lower
    var list = lower.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "%" && $0 != "$" && $0 != "€" }.map(
      String.init)
    // The month is no doubt.
    for place in list.indices where list[place] == "may" {
      let isDate = [place - 1, place + 1].contains { list.indices.contains($0) && list[$0].first?.isNumber == true }
      if isDate { list[place] = "may-month" }
    }
    self.list = list
    words = " " + list.joined(separator: " ") + " "
  }

  /// Why these words say more than the sentences do, one after the other; `nil` where they do not.
  /// - Parameter likeness: how much of the sentences they repeat.
  func fault(against sentence: StatementLogic, _ likeness: Likeness) -> String? {
    // A sentence that is said again has each of these words as often.
    func has(_ sense: Sense, _ logic: StatementLogic) -> Int {
      let count = sense.count(in: logic.words, logic.text)
      return likeness == .whole ? count : min(count, 1)
    }
    func adds(_ sense: Sense) -> Bool { has(sense, self) > has(sense, sentence) }
    func drops(_ sense: Sense) -> Bool { has(sense, self) < has(sense, sentence) }
    if adds(Self.only) { return "it says 'only', which what it quotes does not" }
    if adds(Self.every), drops(Self.some) || likeness != .loose {
      return "it says 'all' or 'always', which what it quotes does not"
    }
    if let pair = Self.opposites.first(where: { turns($0.0, $0.1, sentence) || turns($0.1, $0.0, sentence) }) {
      return "it says the opposite of what it quotes: \(pair.0[0]) and \(pair.1[0])"
    }
    if Self.chineseOpposites.contains(where: { one, other in
      text.contains(one) && !sentence.text.contains(one) && sentence.text.contains(other) && !text.contains(other)
        || text.contains(other) && !sentence.text.contains(other) && sentence.text.contains(one) && !text.contains(one)
    }) {
      return "it says the opposite of what it quotes"
    }
    guard likeness != .loose else { return nil }
    if let added = Self.modals.first(where: { adds($0.sense) }),
      let left = Self.modals.first(where: { drops($0.sense) })
    {
      return "it says '\(added.name)' where what it quotes says '\(left.name)'"
    }
    if drops(Self.only) { return "it leaves out the 'only' of what it quotes" }
    if adds(Self.some), drops(Self.every) { return "it says 'some' where what it quotes says 'all'" }
    if drops(Self.hedges), !adds(Self.hedges) { return "it says for certain what it quotes as possible" }
    if drops(Self.some), !Self.about.stands(in: words, text) || likeness == .whole {
      return "it says of all what it quotes of some"
    }
    return nil
  }

  /// How much of what it quotes a statement says in the same words.
  enum Likeness {
    /// Few of its words stand there.
    case loose
    /// Most of its words stand there.
    case close
    /// And it leaves out hardly any.
    case whole
  }

  /// Whether a bound beside its numbers was left out, added or turned.
  func boundsFault(against sentence: StatementLogic) -> String? {
    let mine = (bounds(Self.least), bounds(Self.most))
    let theirs = (sentence.bounds(Self.least), sentence.bounds(Self.most))
    if mine.0, !theirs.0 { return "it says 'at least' or 'more than', which what it quotes does not" }
    if mine.1, !theirs.1 { return "it says 'at most' or 'less than', which what it quotes does not" }
    if theirs.0 && !mine.0 && !theirs.1 || theirs.1 && !mine.1 && !theirs.0 {
      return "it leaves out from where or to where the number of what it quotes goes"
    }
    return nil
  }

  /// Whether a phrase stands right before a number, or behind one where it ends that way: `5 or more`.
  private func bounds(_ sense: Sense) -> Bool {
    sense.phrases.contains { phrase in
      if phrase.unicodeScalars.first.map({ $0.value > 0x2E80 }) == true { return text.contains(phrase) }
      let parts = phrase.split(separator: " ").map(String.init)
      guard list.count > parts.count else { return false }
      return (0...(list.count - parts.count)).contains { start in
        guard list[start..<(start + parts.count)].elementsEqual(parts) else { return false }
        // What can be nothing else needs no number beside it.
        if parts == ["at", "least"] || parts == ["at", "most"] { return true }
        let place = parts[0] == "or" ? start - 1 : start + parts.count
        return [place, parts[0] == "or" ? start - 2 : place + 1].contains { isNumber($0) }
      }
    }
  }

  private func isNumber(_ place: Int) -> Bool {
    guard list.indices.contains(place) else { return false }
    return list[place].contains(where: \.isNumber) || NumberWords.value(list[place]) != nil
      || ["one", "a", "an", "ein", "eine", "einen", "un", "une"].contains(list[place])
  }

  private static let times = Sense(
    "when, whenever, once, while, as soon as, in the event, where, quand, lorsque, sobald, 当, 时")

  /// Whether the sentence holds under a condition that these words do not name.
  func conditionFault(against sentence: StatementLogic) -> String? {
    Self.conditions.stands(in: sentence.words, sentence.text) && !Self.conditions.stands(in: words, text)
      && !Self.times.stands(in: words, text)
      ? "it leaves out the condition of what it quotes" : nil
  }

  private func turns(_ mine: [String], _ theirs: [String], _ sentence: StatementLogic) -> Bool {
    func count(_ beginnings: [String], _ list: [String]) -> Int {
      list.count { word in
        beginnings.contains {
          $0.count < 5 ? word == $0 || word.hasPrefix($0) && word.count <= $0.count + 3 : word.hasPrefix($0)
        }
      }
    }
    return count(mine, list) > count(mine, sentence.list) && count(theirs, list) < count(theirs, sentence.list)
  }
}

extension Substring {
  fileprivate var trimmed: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
