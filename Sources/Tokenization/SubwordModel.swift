/// Splits one piece of text, which a pre-tokenizer made, into tokens.
protocol SubwordModel: Sendable {
  /// Appends the tokens of a piece; its bytes are those of the text, in UTF-8.
  func append(_ piece: UnsafeBufferPointer<UInt8>, to tokens: inout [Int32])
}
