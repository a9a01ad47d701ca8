import CSystem
import Glibc

/// The environment variables of this process.
package enum Environment {
  /// The value of a variable; `nil` when it is not set.
  package static subscript(name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// All variables with their values.
  package static var all: [String: String] {
    var values: [String: String] = [:]
    var entry = csystem_environment()
    while let pointer = entry?.pointee {
      let text = String(cString: pointer)
      if let equals = text.firstIndex(of: "=") {
        values[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      entry = entry?.advanced(by: 1)
    }
    return values
  }
}
