import SQLite

/// What a check found, with what mends it.
struct CheckFindings {
  private(set) var problems: [String] = []
  /// Each runs in the transaction that mends, and says what it made whole at once; `nil`: it forgot what is damaged.
  private(set) var mends: [(SQLiteConnection) throws -> String?] = []

  /// - Parameter mend: forgets what is damaged, so that the next run makes it again.
  mutating func add(_ problem: String, mend: @escaping (SQLiteConnection) throws -> Void) {
    problems.append(problem)
    mends.append { connection in
      try mend(connection)
      return nil
    }
  }

  /// - Parameter heal: heals it if that can be done without a run, and says so.
  mutating func addHealable(_ problem: String, heal: @escaping (SQLiteConnection) throws -> String?) {
    problems.append(problem)
    mends.append(heal)
  }
}
