import Foundations
import Governor

/// What asking a provider needs to know of the run that asks.
package struct ProviderEnvironment: Sendable {
  /// Where paces and learnt limits are kept, shared by all processes; `nil`: known to this process only.
  package var directory: String?
  /// Where the audit log is kept; `nil`: nowhere.
  package var auditDirectory: String?
  /// Stage, pipeline and run as the audit log names them.
  package var stage: String
  package var pipeline: String
  package var run: Int
  /// Whether nothing may be asked (`--frozen`): what is not cached is an error then.
  package var isFrozen: Bool
  /// Answers from former runs, by the digest of the whole question; what is put is durable when it returns.
  package var answers: AnswerCache
  package var log: @Sendable (_ isWarning: Bool, String) -> Void
  package var isStopping: @Sendable () -> Bool

  package init(
    directory: String? = nil, auditDirectory: String? = nil, stage: String = "", pipeline: String = "", run: Int = 0,
    isFrozen: Bool = false, answers: AnswerCache = AnswerCache(),
    log: @escaping @Sendable (_ isWarning: Bool, String) -> Void = { _, _ in },
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    (self.directory, self.auditDirectory) = (directory, auditDirectory)
    (self.stage, self.pipeline, self.run) = (stage, pipeline, run)
    (self.isFrozen, self.answers) = (isFrozen, answers)
    (self.log, self.isStopping) = (log, isStopping)
  }

  func governor() throws(SluiceError) -> Governor {
    do { return try Governor.shared(directory: directory) } catch { throw SluiceError(wrapping: error) }
  }
}

/// Answers that were paid for once.
package struct AnswerCache: Sendable {
  package let get: @Sendable (Digest) throws -> [UInt8]?
  package let put: @Sendable (Digest, [UInt8]) throws -> Void

  /// One that remembers nothing.
  package init() {
    get = { _ in nil }
    put = { _, _ in }
  }

  package init(
    get: @escaping @Sendable (Digest) throws -> [UInt8]?, put: @escaping @Sendable (Digest, [UInt8]) throws -> Void
  ) {
    self.get = get
    self.put = put
  }
}
