import CSystem
import Foundations
import Glibc

/// Tries from inside a worker what it must not be able to do: for `sluice doctor` and the tests.
package enum SandboxProbe {
  package static let name = "sandbox"

  static func task(_ state: Sandbox.State) -> WorkerTask {
    WorkerTask(name) { order in
      let targets = try order.details.decoded(as: Targets.self)
      return WorkerFrame(
        Findings(
          pid: Int(getpid()), state: state, environment: Environment.all.keys.sorted(),
          can: attempts(targets).filter { $0.1() }.map(\.0)))
    }
  }

  /// The files to try it with.
  package struct Targets: Codable {
    let read: String
    let write: String

    package init(read: String = "/etc/passwd", write: String = "/tmp/sluice-probe") {
      self.read = read
      self.write = write
    }
  }

  package struct Findings: Codable {
    package let pid: Int
    package let state: Sandbox.State
    /// The names of its variables.
    package let environment: [String]
    /// What it could do, and must not.
    package let can: [String]
  }

  private static func attempts(_ targets: Targets) -> [(String, () -> Bool)] {
    [
      ("socket", { closing(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) }),
      ("local_socket", { closing(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)) }),
      ("write", { closing(csystem_open(targets.write, O_WRONLY | O_CREAT, 0o600)) }),
      ("append", { closing(csystem_open("/dev/null", O_RDWR | O_APPEND, 0)) }),
      ("read", { closing(csystem_open(targets.read, O_RDONLY, 0)) }),
      ("parent", { closing(csystem_open("/proc/\(getppid())/environ", O_RDONLY, 0)) }),
      ("unlink", { unlink(targets.write) == 0 }),
      ("kill", { kill(getppid(), 0) == 0 }),
      (
        "start",
        {
          guard var child = try? ChildProcess(ChildProcess.Command(["/bin/true"], environment: [:])) else {
            return false
          }
          return child.wait().isSuccess
        }
      ),
    ]
  }

  private static func closing(_ descriptor: Int32) -> Bool {
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }
}
