/// What an object is kept for; the first that applies.
enum ObjectUse: UInt8, CaseIterable {
  /// The current results of a pipeline.
  case current
  /// Results of publications that are kept.
  case generation
  /// What a trial made beside production.
  case variant
  /// What sources know of the world, and what stages read that read their own history.
  case state
  /// What is remembered of how current results came about.
  case memo
  /// What only the last runs remembered: it may be evicted.
  case recent

  /// Whether something rests on it that would be damaged without it.
  var isResult: Bool {
    switch self {
    case .current, .generation, .variant, .state: true
    case .memo, .recent: false
    }
  }
}
