import CSystem
import Foundations
import Glibc

/// Tries from inside a worker what it must not be able to do: for `sluice doctor` and the tests.
package enum SandboxProbe {
  package static let name = "sandbox"

  static func task(_ state: Sandbox.State) -> WorkerTask {
    WorkerTask(name) { order in WorkerFrame(header: ["found": .object(findings(state, order.header))], body: []) }
  }

  private static func findings(_ state: Sandbox.State, _ order: JSONObject) -> JSONObject {
    [
      "pid": JSONValue(Int(getpid())),
      "no_new_privileges": .bool(state.hasNoPrivileges), "no_capabilities": .bool(state.hasNoCapabilities),
      "landlock": .bool(state.isKeptFromFiles), "seccomp": .bool(state.isKeptFromCalls),
      "environment": JSONValue(Environment.all.keys.sorted()),
      "can": JSONValue(attempts(order).filter { $0.1() }.map(\.0)),
    ]
  }

  private static func attempts(_ order: JSONObject) -> [(String, () -> Bool)] {
    [
      ("socket", { closing(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) }),
      ("local_socket", { closing(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)) }),
      ("write", { closing(csystem_open(order["write"]?.string ?? "/tmp/sluice-probe", O_WRONLY | O_CREAT, 0o600)) }),
      ("append", { closing(csystem_open("/dev/null", O_RDWR | O_APPEND, 0)) }),
      ("read", { closing(csystem_open(order["read"]?.string ?? "/etc/passwd", O_RDONLY, 0)) }),
      ("parent", { closing(csystem_open("/proc/\(getppid())/environ", O_RDONLY, 0)) }),
      ("unlink", { unlink(order["write"]?.string ?? "/tmp/sluice-probe") == 0 }),
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
