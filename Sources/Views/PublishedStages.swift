import Foundations

/// The stages of a pipeline that published a file of a name.
package struct PublishedStages {
  /// What they are published in.
  package let generation: PublishedGeneration
  /// In alphabetical order.
  package let names: [String]

  package init(_ generation: PublishedGeneration, holding file: String) {
    self.generation = generation
    names = generation.stages(holding: file).sorted()
  }

  package func folder(_ stage: String) throws(SluiceError) -> String {
    if let folder = generation.folder(of: stage) { return folder }
    throw SluiceError(.missing, "nothing of the stage '\(stage)' is published")
  }

  /// The one there is.
  /// - Parameter what: what the file holds, for people.
  package func only(_ what: String) throws(SluiceError) -> String {
    guard let first = names.first else {
      throw SluiceError(
        .missing, "no \(what) is published",
        advice: generation.stages.isEmpty
          ? "Run the pipeline first: sluice run" : "What this pipeline published has none: a stage must make it.")
    }
    guard names.count == 1 else {
      throw SluiceError(
        .usage, "there are \(names.count) stages with \(what): name one",
        advice: "There are: \(names.joined(separator: ", ")).")
    }
    return first
  }
}
