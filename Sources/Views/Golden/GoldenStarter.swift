import Foundations
import Manifest

/// The `golden.yaml` that a project begins with: what fits each stage, with its defaults written out.
package enum GoldenStarter {
  /// - Parameter stages: names with what they make, in the order of the pipeline.
  package static func text(of pipeline: String, stages: [(name: String, type: String)]) -> String {
    var text = """
      # What `sluice golden verify` holds the results of a run against; see docs/golden.md.
      pipeline: \(pipeline)
      stages:

      """
    for stage in stages {
      let comparator = GoldenComparator(fitting: stage.type)
      let name = JSONValue.string(stage.name).canonicalText
      let line = "\(isPlain(stage.name) ? stage.name : name): \(settings(comparator, stage.type))"
      text += comparator == .retrieval ? "  # \(line)\n" : "  \(line)\n"
    }
    return text
  }

  private static func isPlain(_ name: String) -> Bool {
    name.utf8.first.map { $0 > UInt8(ascii: "9") } == true
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private static func settings(_ comparator: GoldenComparator, _ type: String) -> String {
    switch comparator {
    // Whole documents are long; their chunks say the same again.
    case .text: "{compare: text, form: normalised, hold: \(type == "parsed_document" ? 3 : 60)}"
    case .records: "{compare: records, relative: 1e-6}"
    case .vectors: "{compare: vectors, cosine: 0.999, hold: 40}"
    case .clusters: "{compare: clusters, agreement: 0.95}"
    case .retrieval: "{compare: retrieval, questions: golden/questions.jsonl, drop: 0.02}"
    case .insights: "{compare: insights, confidence: 0.05, change: 0}"
    case .digest: "{compare: digest}"
    }
  }
}
