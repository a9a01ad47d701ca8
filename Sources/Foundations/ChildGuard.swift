import CSystem
import Glibc
import Synchronization

/// Sees to it that programs end with this process, even when it is killed.
///
/// A small helper (sh, which every command needs anyway) waits on a pipe that only this process holds open. The pipe
/// ends with this process, however it ends; then the helper kills all process groups of the table, which lies in
/// memory that both share: to start a program costs no message. `PR_SET_PDEATHSIG` would not do: it fires when the
/// *thread* ends that started the program, and it does not reach what the program starts.
enum ChildGuard {
  /// A place in the table.
  struct Slot: Sendable {
    nonisolated(unsafe) fileprivate(set) var pointer: UnsafeMutablePointer<CChar>?

    func release() { csystem_guard_release(pointer) }
  }

  private struct State: ~Copyable {
    var isStarted = false
    /// Open for as long as this process lives.
    var pipe: PipeEnds?
    var child: ChildProcess?
  }

  private static let state = Mutex(State())

  private static let script = """
    trap '' HUP INT TERM QUIT
    while read -r line; do :; done
    while read -r group; do [ "$group" -gt 1 ] && kill -s KILL -- "-$group"; done <&1
    """

  /// A place in the table for a program that is about to be started; `nil`: there is none, and the program may outlive
  /// a killed run.
  static func slot() -> Slot? {
    state.withLock { state in
      if !state.isStarted {
        state.isStarted = true
        start(&state)
      }
    }
    return csystem_guard_take().map { Slot(pointer: $0) }
  }

  private static func start(_ state: inout State) {
    let table = csystem_guard_make()
    guard table >= 0, let pipe = try? PipeEnds() else { return }
    defer { close(table) }
    var command = ChildProcess.Command(["/bin/sh", "-c", script], environment: [:])
    command.input = pipe.reading.raw
    command.output = table
    guard let child = try? ChildProcess(command) else { return }
    pipe.reading.close()
    state.pipe = pipe
    state.child = consume child
  }
}
