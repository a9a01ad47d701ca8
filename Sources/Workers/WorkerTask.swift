/// Something that a worker can do, by name.
package struct WorkerTask: Sendable {
  package let name: String
  /// - Throws: `ItemProblem` for what cannot be read, `SluiceError` when nothing could be.
  package let run: @Sendable (WorkerFrame) throws -> WorkerFrame

  package init(_ name: String, _ run: @escaping @Sendable (WorkerFrame) throws -> WorkerFrame) {
    self.name = name
    self.run = run
  }
}
