import CSystem
import Glibc
import Synchronization

/// Starts programs through a small process that ends and collects all that they leave, also when this process is killed.
package enum ChildSupervisor {
  private struct State: ~Copyable {
    /// The program that supervises; empty: nobody does, and programs are children of this process.
    var command: [String] = []
    var socket: FileDescriptor?
    var child: ChildProcess?
  }

  private static let state = Mutex(State())

  /// From now on guarded programs are started by this command, which calls `supervise` (it is started with the first).
  package static func use(_ command: [String]) { state.withLock { $0.command = command } }

  /// The work of that command: returns when whoever started it is gone.
  package static func supervise() -> Int32 { csystem_supervise(0) }

  /// Starts a program; `nil` when there is no supervisor, or the order is too large for one.
  static func start(_ command: ChildProcess.Command) throws(SluiceError) -> (pid: pid_t, report: FileDescriptor)? {
    guard let socket = try socket() else { return nil }
    var order: [UInt8] = []
    func add(_ text: String) {
      order.append(contentsOf: text.utf8.prefix { $0 != 0 })
      order.append(0)
    }
    add(command.directory ?? "")
    add(command.program ?? "")
    add(String(command.arguments.count))
    for argument in command.arguments { add(argument) }
    for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) { add("\(name)=\(value)") }
    let pipe = try PipeEnds()
    let null = try FileDescriptor(path: "/dev/null", flags: O_RDWR)
    let descriptors =
      [command.input, command.output, command.errors].map { $0 < 0 ? null.raw : $0 } + [pipe.writing.raw]
    let code = order.withUnsafeBytes { order in
      csystem_supervised_spawn(
        socket.raw, order.baseAddress?.assumingMemoryBound(to: CChar.self), order.count, descriptors)
    }
    if code == EMSGSIZE { return nil }
    guard code == 0 else { throw FileSystem.systemError("start", command.arguments.first ?? "", code) }
    pipe.writing.close()
    guard let pid = number(pipe.reading) else {
      throw SluiceError(.system, "the process that starts programs has gone", advice: "Run again.")
    }
    guard pid > 0 else { throw FileSystem.systemError("start", command.arguments.first ?? "", -pid) }
    return (pid, pipe.reading)
  }

  private static func socket() throws(SluiceError) -> FileDescriptor? {
    let result: Result<FileDescriptor?, SluiceError> = state.withLock { state in
      if state.socket != nil || state.command.isEmpty { return .success(state.socket) }
      do throws(SluiceError) {
        var ends: [Int32] = [-1, -1]
        guard csystem_socket_pair(&ends) == 0 else { throw FileSystem.systemError("make", "a pair of sockets") }
        let other = FileDescriptor(ends[1])
        let own = FileDescriptor(ends[0])
        var command = ChildProcess.Command(state.command, environment: [:])
        command.input = other.raw
        command.errors = STDERR_FILENO
        state.child = try ChildProcess(command)
        state.socket = own
        return .success(own)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// A number that the supervisor wrote; `nil`: it is gone.
  static func number(_ descriptor: FileDescriptor) -> Int32? {
    var value: Int32 = 0
    while true {
      let got = withUnsafeMutableBytes(of: &value) { Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
      if got < 0 && errno == EINTR { continue }
      return got == MemoryLayout<Int32>.size ? value : nil
    }
  }
}
