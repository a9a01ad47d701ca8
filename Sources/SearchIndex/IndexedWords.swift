/// The words of a text as FTS5 gets them: in their searchable form, runs without spaces in pairs, and behind them the names
/// with signs, whole.
enum IndexedWords {
  static func of(_ text: String) -> String {
    let form = SearchableForm.of(text)
    let names = Identifiers.all(in: form).map(Identifiers.word)
    let spaced = UnspacedScripts.spaced(form)
    // Far from the last words: no phrase goes on into them.
    return names.isEmpty ? spaced : spaced + " \u{F8FF} " + names.joined(separator: " \u{F8FF} ")
  }
}
