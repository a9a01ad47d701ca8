/// What the layout model says of the lines of a document: asked only where a line may be more than running text.
struct PDFLayout {
  /// By page and line: how likely each label is; empty for lines of running text.
  private let answers: [[[Float]]]
  private let features: PDFLayoutFeatures
  /// Of lines of one look, how many are headings by the model, and how many there are.
  private var looks: [PDFLayoutFeatures.Style: (headings: Int, all: Int)] = [:]

  init(_ arranged: PDFArranged) {
    let features = PDFLayoutFeatures(arranged)
    answers = arranged.lines.enumerated().map { page, lines in
      lines.indices.map { index in
        features.isPlain(page, index) ? [] : PDFLayoutModel.probabilities(features.values(page, index))
      }
    }
    self.features = features
    for (page, lines) in arranged.lines.enumerated() {
      for (index, line) in lines.enumerated() {
        let known = looks[PDFLayoutFeatures.Style(line)] ?? (0, 0)
        let isHeading = probability(.heading, page, index) > 0.5
        looks[PDFLayoutFeatures.Style(line)] = (known.headings + (isHeading ? 1 : 0), known.all + 1)
      }
    }
  }

  /// The share of headings among the lines that look like this one.
  func shareOfHeadings(_ line: PDFLine) -> Double {
    guard let look = looks[PDFLayoutFeatures.Style(line)] else { return 0 }
    return Double(look.headings) / Double(look.all)
  }

  func isCentred(_ page: Int, _ index: Int) -> Bool { features.isCentred(page, index) }

  func sizeOfCapitals(_ line: PDFLine) -> Double { features.sizeOfCapitals(line) }

  /// How likely a line is this.
  func probability(_ label: PDFLayoutModel.Label, _ page: Int, _ index: Int) -> Double {
    let answer = answers[page][index]
    if answer.isEmpty { return label == .text ? 1 : 0 }
    return Double(answer[label.place])
  }
}
