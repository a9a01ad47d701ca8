import Store

/// What becomes of the current generation of a line when items leave, where it holds other results than the newest:
/// the newest were not let through by a gate, or readers were taken back.
struct CurrentSurgery {
  /// What stays of it, by stage.
  private(set) var standing: [String: StageRecord] = [:]
  /// What has to be made anew for it alone.
  private(set) var gone: Set<String> = []

  /// - Parameter newest: the newest results, after what had to be made anew was made.
  init(
    _ known: KnownLine, _ newest: [String: StageRecord], _ removal: Removal, _ reader: ResultReader,
    _ surgery: inout ResultSurgery
  ) throws {
    guard let current = known.generations.first(where: { $0.state == .current }) else { return }
    let held = known.stages(of: current.number).mapValues(\.record)
    var snapshot = SnapshotSurgery(held, removal, reader) { old, inputs in
      newest[old.stage].flatMap { $0.inputs == inputs ? $0 : nil }
    }
    for (name, outcome) in try snapshot.run(&surgery) {
      switch outcome {
      case .same(let record), .without(let record): standing[name] = record
      case .gone: gone.insert(name)
      }
    }
  }
}
