import CUTF8Proc
import Foundations
import Glibc

/// One step of a tokenizer's normalizer.
enum TextNormalizer: Sendable {
  case form(utf8_form)
  case lowercase
  case stripAccents
  case strip(left: Bool, right: Bool)
  case prepend([UInt8])
  case replace(Regex, [UInt8])
  case replaceText([UInt8], [UInt8])
  case precompiled(PrecompiledMap)

  /// `text` and the result are valid UTF-8.
  func apply(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .form(let form): normalized(text, form)
    case .lowercase: mapped(text) { scalar, add in CharacterTables.shared.lower(scalar, add) }
    case .stripAccents: mapped(text) { scalar, add in if utf8_is_nonspacing_mark(scalar) == 0 { add(scalar) } }
    case .strip(let left, let right): stripped(text, left, right)
    case .prepend(let start): text.isEmpty ? text : start + text
    case .replace(let pattern, let replacement): replaced(text, pattern, replacement)
    case .replaceText(let old, let new): replaced(text, old, new)
    case .precompiled(let map): map.apply(text)
    }
  }

  private func normalized(_ text: [UInt8], _ form: utf8_form) -> [UInt8] {
    // ASCII is itself in every form.
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var start = 0
    var index = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let end = index + UTF8.width(scalar)
      if YoungScalars.contains(scalar.value) {
        result += form.apply(text[start..<index]) + text[index..<end]
        start = end
      }
      index = end
    }
    return result + form.apply(text[start...])
  }

  private func mapped(_ text: [UInt8], _ map: (UInt32, (UInt32) -> Void) -> Void) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      map(scalar.value) { if let made = Unicode.Scalar($0) { result.append(contentsOf: UTF8.encode(made)!) } }
    }
    return result
  }

  private func stripped(_ text: [UInt8], _ left: Bool, _ right: Bool) -> [UInt8] {
    var scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)[...]
    if left { scalars = scalars.drop { $0.properties.isWhitespace } }
    if right { while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() } }
    return scalars.flatMap { Array(UTF8.encode($0)!) }
  }

  private func replaced(_ text: [UInt8], _ pattern: Regex, _ replacement: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    text.withUnsafeBufferPointer { bytes in
      pattern.forEachPart(bytes) { range, isMatch in result += isMatch ? replacement[...] : text[range] }
    }
    return result
  }

  private func replaced(_ text: [UInt8], _ old: [UInt8], _ new: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var from = 0
    while let found = ByteSearch.range(of: old, in: text, from: from) {
      result += text[from..<found.lowerBound] + new
      from = found.upperBound
    }
    return result + text[from...]
  }
}

extension utf8_form {
  fileprivate func apply(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard !text.isEmpty else { return [] }
    return text.withUnsafeBufferPointer { bytes in
      var count = 0
      guard let made = utf8_normalize(bytes.baseAddress, bytes.count, self, &count) else { return Array(bytes) }
      defer { free(made) }
      return Array(UnsafeBufferPointer(start: made, count: count))
    }
  }
}
