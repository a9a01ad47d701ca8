import Foundations
import Glibc
import Synchronization

/// A real server that speaks OpenAI's protocol (Tests/Fixtures/models/server.py), for one test.
package final class ModelServer: @unchecked Sendable {
  package let port: Int
  private var process: ChildProcess
  private let input: FileDescriptor

  /// - Parameter program: another server among the fixtures.
  package init(_ program: String = "models/server.py", arguments: [String] = []) throws {
    let input = try PipeEnds()
    let output = try PipeEnds()
    var command = ChildProcess.Command(["python3", ProjectFiles.fixture(program)] + arguments)
    command.input = input.reading.raw
    command.output = output.writing.raw
    command.errors = 2
    process = try ChildProcess(command)
    input.reading.close()
    output.writing.close()
    self.input = input.writing
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(output.reading.raw, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    guard let port = Int(String(decoding: line, as: UTF8.self)) else {
      throw SluiceError(.system, "the test server did not start; it needs python3")
    }
    self.port = port
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  deinit {
    input.close()
    process.kill()
  }
}
