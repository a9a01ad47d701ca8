import Foundations
import Tokenization

/// Which local model, and how it is to compute: everything about it that shapes a vector.
package struct LocalModel: Sendable, Hashable {
  /// Where its files are.
  package var directory: String
  /// What passports call it.
  package var name: String
  package var precision = ModelPrecision.fp32
  package var device = ModelDevice.auto
  /// Keep only so many of the first dimensions, for models trained for that (Matryoshka); `nil`: all.
  package var dimensions: Int?
  /// What stands before texts, instead of what the model's files say.
  package var queryPrefix: String?
  package var documentPrefix: String?

  package init(directory: String, name: String? = nil) {
    self.directory = directory
    self.name = name ?? Path.name(directory)
  }

  /// The model that a passport tells of.
  /// - Throws: `.badInput` when it tells of a precision that this version does not know.
  package init(_ passport: VectorPassport, project: String) throws(SluiceError) {
    self.init(directory: ModelFiles.locate(passport.model, project: project), name: passport.model)
    if let word = passport.fields.precision {
      guard let known = ModelPrecision(rawValue: word) else {
        throw SluiceError(
          .badInput, "the index was made with the precision '\(word)', which this version does not know",
          advice: "Run the pipeline again: vectors and index are made anew.")
      }
      precision = known
    }
    if passport.fields.truncatedTo != nil { dimensions = passport.dimensions }
    let prefixes = TextPrefixes(passport)
    queryPrefix = prefixes.query
    documentPrefix = prefixes.document
  }

  func prefixes(_ settings: EncoderSettings) -> TextPrefixes {
    TextPrefixes(
      query: queryPrefix ?? settings.prefixes.query, document: documentPrefix ?? settings.prefixes.document)
  }

  /// The model's passport, without loading it (milliseconds).
  /// - Parameter hash: as in `ModelFiles`.
  package func passport(
    hash: @escaping @Sendable (String) throws -> Digest = { Digest(of: try FileSystem.read($0)) }
  ) throws(SluiceError) -> VectorPassport {
    let files = try ModelFiles(directory: directory, hash: hash)
    return try passport(files, try EncoderSettings(files))
  }

  func passport(_ files: ModelFiles, _ settings: EncoderSettings) throws(SluiceError) -> VectorPassport {
    var fields = PassportFields()
    fields.provider = "local"
    fields.model = name
    fields.weights = try files.weights(precision).description
    fields.tokenizer = try files.digest(Tokenizers.fileName).description
    fields.dimensions = try width(settings)
    fields.pooling = settings.pooling.rawValue
    fields.normalization = "l2"
    fields.precision = precision.rawValue
    fields.maxLength = settings.maxLength
    fields.runtime = "openvino \(try OpenVINORuntime.installedVersion(besideModel: files.directory))"
    if dimensions != nil { fields.truncatedTo = fields.dimensions }
    prefixes(settings).describe(in: &fields)
    return VectorPassport(fields)
  }

  private func width(_ settings: EncoderSettings) throws(SluiceError) -> Int {
    guard let dimensions else { return settings.dimensions }
    guard dimensions <= settings.dimensions else {
      throw SluiceError(
        .usage, "dimensions is \(dimensions), but \(name) has only \(settings.dimensions)",
        advice: "Take dimensions out, or name a number up to \(settings.dimensions).")
    }
    return dimensions
  }
}
