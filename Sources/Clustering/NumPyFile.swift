import Foundations

/// Reads matrices as NumPy saves them (format 1.0 to 3.0, little-endian float32 or float64, C order).
package enum NumPyFile {
  /// More than any model's vectors have.
  private static let mostDimensions = 16_384

  /// The rows, each scaled to length 1.
  /// - Parameter wanted: the numbers of the rows wanted; `nil` for all.
  /// - Throws: `.badInput` when the file is something else.
  package static func points(_ path: String, rows wanted: [Int]? = nil) throws -> Points {
    let bytes = try FileSystem.read(path, limit: 64 << 30)
    func refuse(_ what: String) -> SluiceError {
      SluiceError(
        .badInput, "\(path): \(what)",
        advice: "Save it as numpy.save(path, array.astype('float32')): a row for each vector.")
    }
    guard bytes.count > 12, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw refuse("not a file of NumPy")
    }
    let long = bytes[6] > 1
    let length = Int(bytes[8]) | Int(bytes[9]) << 8 | (long ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    let start = (long ? 12 : 10) + length
    guard start <= bytes.count else { throw refuse("the header is cut off") }
    let header = String(decoding: bytes[(long ? 12 : 10)..<start], as: UTF8.self)
    let width = header.contains("'<f4'") ? 4 : header.contains("'<f8'") ? 8 : 0
    guard width > 0, header.contains("'fortran_order': False") else {
      throw refuse("neither float32 nor float64 in C order")
    }
    let shape = header.split(separator: "(").last?.split(separator: ")").first ?? ""
    let sides = shape.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
    guard sides.count == 2, sides.allSatisfy({ $0 >= 0 }),
      bytes.count - start == sides[0].multiplied(clamping: sides[1]).multiplied(clamping: width)
    else { throw refuse("not a matrix, or cut off") }
    guard (1...mostDimensions).contains(sides[1]) else {
      throw refuse(
        "its rows have \(Units.counted(sides[1], "number")); from 1 to \(Units.show(mostDimensions)) can be clustered")
    }
    let rows = wanted ?? Array(0..<sides[0])
    guard rows.allSatisfy({ $0 >= 0 && $0 < sides[0] }) else {
      throw refuse("it has only \(Units.counted(sides[0], "row"))")
    }
    try bytes.withUnsafeBytes { raw in
      for row in rows {
        let from = start + row * sides[1] * width
        let isWhole = (0..<sides[1]).allSatisfy { column in
          width == 4
            ? raw.loadUnaligned(fromByteOffset: from + column * 4, as: Float.self).isFinite
            : Float(raw.loadUnaligned(fromByteOffset: from + column * 8, as: Double.self)).isFinite
        }
        guard isWhole else { throw refuse("row \(row) holds something that is no number (NaN, or beyond all bounds)") }
      }
    }
    let points = Points(count: rows.count, dimensions: sides[1])
    bytes.withUnsafeBytes { raw in
      for row in rows {
        let from = start + row * sides[1] * width
        if width == 4 {
          points.append(little: UnsafeRawBufferPointer(rebasing: raw[from..<from + sides[1] * 4]))
        } else {
          let values = (0..<sides[1]).map { Float(raw.loadUnaligned(fromByteOffset: from + $0 * 8, as: Double.self)) }
          values.withUnsafeBytes { points.append(little: $0) }
        }
      }
    }
    return points
  }
}
