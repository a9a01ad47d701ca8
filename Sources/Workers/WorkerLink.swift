import Foundations
import Synchronization

/// The way from a worker back to the run that gave it an order.
package enum WorkerLink {
  private static let output = Mutex<Int32?>(nil)

  static func open(_ descriptor: Int32) { output.withLock { $0 = descriptor } }

  /// Whether this process is a worker.
  package static var isOpen: Bool { output.withLock { $0 != nil } }

  /// Asks the run for something that a worker may not do itself, and waits for the answer.
  package static func ask(_ request: WorkerFrame) throws -> WorkerFrame {
    guard let descriptor = output.withLock({ $0 }) else {
      throw SluiceError(.system, "this process is no worker: there is nobody to ask")
    }
    var request = request
    request.message = .wish
    try request.write(to: descriptor)
    guard let answer = try WorkerFrame.read(from: 0) else {
      throw SluiceError(.system, "the run ended while a worker waited for it")
    }
    return try answer.checked()
  }
}
