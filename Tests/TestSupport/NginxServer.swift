import Foundations
import Glibc
import Synchronization

/// A real nginx on a free port of loopback, with files of its own; stopped when it goes.
package final class NginxServer: Sendable {
  package let port: Int
  /// The directory that holds configuration, logs and `www`.
  package let directory: String
  private let process: Mutex<Running?>

  private struct Running: ~Copyable { var child: ChildProcess }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// Starts nginx with `files` below its root and `locations` inside its server block.
  package init(files: [String: [UInt8]] = [:], locations: String = "", http: String = "") throws {
    var template = Array("/tmp/sluice-nginx-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileSystem.systemError("make", "a temporary directory")
    }
    directory = String(
      decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    port = try Self.freePort()
    try FileSystem.makeDirectory(directory + "/www")
    chmod(directory, 0o755)
    process = Mutex(nil)
    for (name, bytes) in files { try write(name, bytes) }
    let configuration = """
      daemon off; master_process off; pid \(directory)/pid; error_log \(directory)/error.log;
      events { worker_connections 1024; }
      http {
        access_log \(directory)/access.log;
        client_body_temp_path \(directory)/body; proxy_temp_path \(directory)/proxy;
        fastcgi_temp_path \(directory)/fastcgi; uwsgi_temp_path \(directory)/uwsgi; scgi_temp_path \(directory)/scgi;
        types { text/html html; text/plain txt; application/pdf pdf; text/markdown md; }
        default_type application/octet-stream;
        keepalive_requests 100000;
        \(http)
        server {
          listen 127.0.0.1:\(port) backlog=1024;
          root \(directory)/www;
          \(locations)
        }
      }
      """
    try FileSystem.writeAtomically(configuration, to: directory + "/nginx.conf")
    var command = ChildProcess.Command([
      "/usr/sbin/nginx", "-p", directory, "-e", directory + "/error.log", "-c",
      directory + "/nginx.conf",
    ])
    let errors = try FileDescriptorFile(directory + "/stderr.log")
    command.errors = errors.number
    let start = command
    try process.withLock { $0 = Running(child: try ChildProcess(start)) }
    for _ in 0..<200 {
      if Self.answers(port) { return }
      usleep(20_000)
    }
    let log =
      (try? FileSystem.read(directory + "/error.log")).map { String(decoding: $0, as: UTF8.self) }
      ?? ""
    throw SluiceError(.system, "nginx did not start: \(log)")
  }

  /// Writes a file below the root.
  package func write(_ name: String, _ bytes: [UInt8]) throws {
    let path = directory + "/www/" + name
    try FileSystem.makeDirectory(Path.parent(path))
    try FileSystem.writeAtomically(bytes, to: path)
  }

  /// The lines of the access log.
  package var accesses: [String] {
    let bytes = (try? FileSystem.read(directory + "/access.log")) ?? []
    return ByteSearch.lines(bytes).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the last line of the access log comes to contain `text`: nginx writes it after the answer.
  package func lastAccess(contains text: String) -> Bool {
    for _ in 0..<100 {
      if accesses.last?.contains(text) == true { return true }
      usleep(20_000)
    }
    return false
  }

  /// Stops the server; connections to its port are refused from then on.
  package func stop() { process.withLock { $0 = nil } }

  deinit {
    stop()
    try? FileSystem.remove(directory)
  }

  private static func connected(
    _ port: Int, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status != 0 {
      close(descriptor)
      return -1
    }
    return descriptor
  }

  private static func answers(_ port: Int) -> Bool {
    let descriptor = connected(port) { connect($0, $1, $2) }
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  /// A port that nobody listened on a moment ago.
  package static func freePort() throws -> Int {
    let descriptor = connected(0) { bind($0, $1, $2) }
    guard descriptor >= 0 else { throw FileSystem.systemError("find", "a free port") }
    defer { close(descriptor) }
    var bound = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    return Int(UInt16(bigEndian: bound.sin_port))
  }
}

/// A file opened for writing, closed when it goes.
private struct FileDescriptorFile: ~Copyable {
  let number: Int32
  init(_ path: String) throws {
    number =
      fopen(path, "w").map { file in
        defer { fclose(file) }
        return dup(fileno(file))
      } ?? -1
    guard number >= 0 else { throw FileSystem.systemError("create", path) }
  }
  deinit { close(number) }
}
