import Manifest
import Planning

/// What a plan says of stages besides what would run: the same note for a whole family of stages is said once.
enum PlanNotes {
  static func text(_ plan: Plan) -> String {
    var notes: [(stage: String, note: String, count: Int)] = []
    var places: [String: Int] = [:]
    for stage in plan.stages where stage.isSelected {
      for note in stage.notes {
        let base = stage.name.split(separator: "@", maxSplits: 1)[0]
        if let place = places["\(base) \(note)"] {
          notes[place].count += 1
        } else {
          places["\(base) \(note)"] = notes.count
          notes.append((stage.name, note, 1))
        }
      }
    }
    return notes.map { entry in
      "\nnote: \(entry.stage)\(entry.count > 1 ? " and \(entry.count - 1) more" : ""): \(entry.note)"
    }.joined()
  }
}
