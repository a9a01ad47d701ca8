/// Numbers from outside (a server's answer, a file, a pipeline, the command line) may be of any size. These
/// conversions and sums have an answer for each of them, where the operators of Swift would end the program.
extension FixedWidthInteger {
  /// The whole part of `value`, moved into `range`; of what is no number, zero moved into it.
  @inlinable package init(clamping value: Double, to range: ClosedRange<Self> = .min ... .max) {
    let whole: Self
    // The conversion to a type that is known is a single instruction.
    if let exact = Int64(exactly: value.rounded(.towardZero)) {
      whole = Self(clamping: exact)
    } else if value.isNaN {
      whole = 0
    } else if let exact = Self(exactly: value.rounded(.towardZero)) {
      whole = exact
    } else {
      whole = value < 0 ? .min : .max
    }
    self = Swift.min(Swift.max(whole, range.lowerBound), range.upperBound)
  }

  @inlinable package init(clamping value: Float) { self.init(clamping: Double(value)) }

  /// The whole part of `value`, or `nil` when it is none of `range`.
  @inlinable package init?(checked value: Double, in range: ClosedRange<Self> = .min ... .max) {
    guard let whole = Self(exactly: value.rounded(.towardZero)), range.contains(whole) else { return nil }
    self = whole
  }

  /// The sum, or the greatest or least number where it does not fit.
  package func adding(clamping other: Self) -> Self {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other < 0 ? .min : .max) : sum
  }

  /// The product, or the greatest or least number where it does not fit.
  package func multiplied(clamping other: Self) -> Self {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}

// Swift's own conversions end the program when a value does not fit. These stand before them wherever this module is
// imported, and a warning is an error here: no such conversion compiles.
extension Int {
  @available(*, deprecated, message: "a number that does not fit ends the program: Int(clamping:) or Int(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: Int(clamping:) or Int(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension Int64 {
  @available(*, deprecated, message: "a number that does not fit ends the program: Int64(clamping:) or Int64(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: Int64(clamping:) or Int64(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension Int32 {
  @available(*, deprecated, message: "a number that does not fit ends the program: Int32(clamping:) or Int32(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: Int32(clamping:) or Int32(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension Int16 {
  @available(*, deprecated, message: "a number that does not fit ends the program: Int16(clamping:) or Int16(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: Int16(clamping:) or Int16(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension Int8 {
  @available(*, deprecated, message: "a number that does not fit ends the program: Int8(clamping:) or Int8(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: Int8(clamping:) or Int8(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension UInt {
  @available(*, deprecated, message: "a number that does not fit ends the program: UInt(clamping:) or UInt(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: UInt(clamping:) or UInt(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension UInt64 {
  @available(
    *, deprecated, message: "a number that does not fit ends the program: UInt64(clamping:) or UInt64(checked:)"
  )
  package init(_ value: Double) { self.init(clamping: value) }
  @available(
    *, deprecated, message: "a number that does not fit ends the program: UInt64(clamping:) or UInt64(checked:)"
  )
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension UInt32 {
  @available(
    *, deprecated, message: "a number that does not fit ends the program: UInt32(clamping:) or UInt32(checked:)"
  )
  package init(_ value: Double) { self.init(clamping: value) }
  @available(
    *, deprecated, message: "a number that does not fit ends the program: UInt32(clamping:) or UInt32(checked:)"
  )
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension UInt16 {
  @available(
    *, deprecated, message: "a number that does not fit ends the program: UInt16(clamping:) or UInt16(checked:)"
  )
  package init(_ value: Double) { self.init(clamping: value) }
  @available(
    *, deprecated, message: "a number that does not fit ends the program: UInt16(clamping:) or UInt16(checked:)"
  )
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
extension UInt8 {
  @available(*, deprecated, message: "a number that does not fit ends the program: UInt8(clamping:) or UInt8(checked:)")
  package init(_ value: Double) { self.init(clamping: value) }
  @available(*, deprecated, message: "a number that does not fit ends the program: UInt8(clamping:) or UInt8(checked:)")
  package init(_ value: Float) { self.init(clamping: Double(value)) }
}
