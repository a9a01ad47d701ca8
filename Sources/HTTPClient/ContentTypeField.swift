import Foundations

/// Reads `Content-Type` fields such as `text/html; charset="ISO-8859-1"`.
package enum ContentTypeField {
  /// Type and charset in lower case; an empty type for a field that makes no sense.
  package static func parse(_ field: String) -> (type: String, charset: String?) {
    var parts = field.split(separator: ";", omittingEmptySubsequences: false)[...]
    let type = trim(parts.popFirst() ?? "").lowercased()
    var charset: String?
    for part in parts {
      guard let equals = part.firstIndex(of: "=") else { continue }
      guard trim(part[..<equals]).lowercased() == "charset" else { continue }
      let value = trim(part[part.index(after: equals)...]).filter { $0 != "\"" && $0 != "'" }
        .lowercased()
      if !value.isEmpty { charset = charset ?? value }
    }
    return (type.contains("/") ? type : "", charset)
  }

  private static func trim(_ text: Substring) -> Substring {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var text = text.drop(while: blank)
    while let last = text.last, blank(last) { text.removeLast() }
    return text
  }
}
