/// Labels of drawings.
package enum DrawingText {
  /// A label of a Mermaid drawing, inside quotes.
  package static func mermaid(_ text: String) -> String {
    escaped(text, ["\"": "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "&": "#amp;", "`": "#96;"])
  }

  /// A name or label of a Graphviz drawing, inside quotes.
  package static func dot(_ text: String) -> String { escaped(text, ["\"": "\\\"", "\\": "\\\\"]) }

  private static func escaped(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if let other = replacements[scalar] {
        out += other
      } else {
        out.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
      }
    }
    return out
  }
}
