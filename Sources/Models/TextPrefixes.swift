import Foundations

/// What a text is to be embedded for: some models are told.
package enum TextRole: Sendable { case document, query }

/// What a model wants to stand before texts: `query: `, `passage: `, or an instruction.
package struct TextPrefixes: Sendable, Hashable {
  package var query: String
  package var document: String

  package init(query: String = "", document: String = "") {
    self.query = query
    self.document = document
  }

  package func prefix(of role: TextRole) -> String { role == .query ? query : document }

  /// Writes them into a passport, where there are any.
  func describe(in passport: inout PassportFields) {
    if !query.isEmpty { passport.queryPrefix = query }
    if !document.isEmpty { passport.documentPrefix = document }
  }

  /// As a passport has them.
  package init(_ passport: VectorPassport) {
    query = passport.fields.queryPrefix ?? ""
    document = passport.fields.documentPrefix ?? ""
  }
}
