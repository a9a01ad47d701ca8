import Foundations
import HTTPClient

/// What a server says is left of a limit (`x-ratelimit-remaining-tokens` and its kin).
struct RateHeaders: Equatable {
  /// Of requests or tokens.
  struct Rest: Equatable {
    let remaining: Double
    /// Seconds until the limit is whole again.
    let reset: Double
  }

  var requests: Rest?
  var tokens: Rest?

  init(_ headers: HTTPHeaders, now: Timestamp = .now) {
    requests = Self.rest(headers, ["x-ratelimit-%@-requests", "x-ratelimit-%@", "ratelimit-%@"], now)
    tokens = Self.rest(headers, ["x-ratelimit-%@-tokens"], now)
  }

  private static func rest(_ headers: HTTPHeaders, _ patterns: [String], _ now: Timestamp) -> Rest? {
    for pattern in patterns {
      let parts = pattern.split(separator: "%@", omittingEmptySubsequences: false)
      let name = { (word: String) in String(parts[0]) + word + String(parts.count > 1 ? parts[1] : "") }
      guard let remaining = headers[name("remaining")].flatMap({ Double($0) }),
        let reset = headers[name("reset")].flatMap({ seconds($0, now: now) })
      else { continue }
      return Rest(remaining: remaining, reset: reset)
    }
    return nil
  }

  /// `1s`, `6m0s`, `120ms`, `1h2m`, plain seconds, or seconds since 1970.
  static func seconds(_ text: String, now: Timestamp) -> Double? {
    if let number = Double(text) {
      guard number.isFinite, number >= 0 else { return nil }
      return number > 1e9 ? max(0, number - now.seconds) : number
    }
    var total = 0.0
    var number = ""
    var unit = ""
    var found = false
    func add() -> Bool {
      guard let value = Double(number), let scale = ["h": 3600.0, "m": 60, "s": 1, "ms": 0.001][unit] else {
        return false
      }
      total += value * scale
      found = true
      (number, unit) = ("", "")
      return true
    }
    for character in text {
      if character.isASCII, character.isNumber || character == "." {
        if !unit.isEmpty, !add() { return nil }
        number.append(character)
      } else {
        unit.append(character)
      }
    }
    guard add() else { return nil }
    return found ? total : nil
  }
}
