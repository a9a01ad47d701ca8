import Foundations
import Manifest

/// Verdicts as GitHub's workflow commands, which become marks in the files of a pull request.
package enum GoldenAnnotations {
  /// A line for each stage that is not as it should be.
  /// - Parameter root: the checkout, from which GitHub counts paths.
  package static func lines(_ verdicts: [GoldenVerdict], root: String) -> [String] {
    verdicts.filter { !$0.isMatch }.map { verdict in
      let lines = GoldenLines(verdict, limit: 5)
      var properties = ["file=\(property(ShownPath.text(verdict.file, from: root)))"]
      if let line = verdict.line { properties.append("line=\(line)") }
      properties.append("title=\(property("golden: \(verdict.stage) (\(verdict.comparator.rawValue))"))")
      return
        "::error \(properties.joined(separator: ","))::\(data(([lines.summary] + lines.plain).joined(separator: "\n")))"
    }
  }

  // As actions/toolkit escapes them.
  private static func data(_ text: String) -> String {
    replaced(text) { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: nil
      }
    }
  }

  private static func property(_ text: String) -> String {
    replaced(data(text)) { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: nil
      }
    }
  }

  private static func replaced(_ text: String, _ map: (Unicode.Scalar) -> String?) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if let other = map(scalar) { out += other } else { out.unicodeScalars.append(scalar) }
    }
    return out
  }
}
