import CJansson

/// What is wrong with a text that should have been JSON, and where.
package struct JSONParseError: Error, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  /// From 1, in bytes.
  package let column: Int
  /// What was found, or expected.
  package let reason: String
  package var description: String { "not JSON: \(reason) (line \(line), column \(column))" }
}

extension JSONValue {
  /// Parses UTF-8 JSON with jansson; duplicate keys are an error.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONParseError) {
    var error = json_error_t()
    let flags = Int(JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL)
    guard
      let root = json_loadb(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, flags, &error)
    else {
      let reason = withUnsafeBytes(of: &error.text) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw JSONParseError(
        line: Int(error.line), column: Int(error.column),
        reason: bytes.isEmpty ? "there is nothing" : reason)
    }
    defer { json_decref(root) }
    self = Self.convert(root)
  }

  /// Reads JSON (RFC 8259) in UTF-8.
  package init(parsing bytes: [UInt8]) throws(JSONParseError) {
    let result: Result<JSONValue, JSONParseError> = bytes.withUnsafeBytes { raw in
      do throws(JSONParseError) { return .success(try JSONValue(parsing: raw)) } catch {
        return .failure(error)
      }
    }
    self = try result.get()
  }

  /// Reads JSON (RFC 8259).
  package init(parsing text: String) throws(JSONParseError) {
    try self.init(parsing: Array(text.utf8))
  }

  private static func convert(_ node: UnsafeMutablePointer<json_t>) -> JSONValue {
    switch node.pointee.type {
    case JSON_OBJECT:
      var pairs: [(String, JSONValue)] = []
      pairs.reserveCapacity(json_object_size(node))
      var iterator = json_object_iter(node)
      while let current = iterator {
        if let key = json_object_iter_key(current), let value = json_object_iter_value(current) {
          pairs.append((String(cString: key), convert(value)))
        }
        iterator = json_object_iter_next(node, current)
      }
      pairs.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
      return .object(JSONObject(pairs))
    case JSON_ARRAY:
      let count = json_array_size(node)
      var values: [JSONValue] = []
      values.reserveCapacity(count)
      for index in 0..<count {
        if let value = json_array_get(node, index) { values.append(convert(value)) }
      }
      return .array(values)
    case JSON_STRING:
      guard let start = json_string_value(node) else { return .string("") }
      let length = json_string_length(node)
      return .string(
        String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self))
    case JSON_INTEGER: return .int(json_integer_value(node))
    case JSON_REAL: return .double(json_real_value(node))
    case JSON_TRUE: return .bool(true)
    case JSON_FALSE: return .bool(false)
    default: return .null
    }
  }
}
