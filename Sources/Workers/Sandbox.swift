import CSystem
import Foundations
import Glibc

/// What a process gives up before it reads what strangers wrote.
package enum Sandbox {
  /// What the kernel granted.
  package struct State: Sendable, Codable {
    package let hasNoPrivileges: Bool
    package let hasNoCapabilities: Bool
    package let isKeptFromFiles: Bool
    package let isKeptFromCalls: Bool

    init(_ bits: Int32) {
      func has(_ bit: Int) -> Bool { Int(bits) & bit != 0 }
      hasNoPrivileges = has(CSYSTEM_NO_NEW_PRIVILEGES)
      hasNoCapabilities = has(CSYSTEM_NO_CAPABILITIES)
      isKeptFromFiles = has(CSYSTEM_FILES)
      isKeptFromCalls = has(CSYSTEM_CALLS)
    }
  }

  /// Enters it, for good. Call before the first thread is started.
  package static func enter() -> State {
    let paths = readable.map { strdup($0) }
    defer { for path in paths { free(path) } }
    return State(csystem_enter_sandbox(paths.map { UnsafePointer($0) } + [nil], 0))
  }

  /// What libraries read: other libraries, fonts and encodings, and what the kernel says of the processors.
  package static var readable: [String] {
    [
      "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share", "/etc/fonts", "/etc/ld.so.cache",
      "/etc/localtime", "/var/cache/fontconfig", "/sys/devices/system/cpu", "/proc/self", "/proc/cpuinfo",
      "/proc/meminfo",
      "/dev/null", "/dev/urandom",
    ] + folders
  }

  /// Where the program and its libraries lie.
  private static var folders: [String] {
    guard let maps = try? FileSystem.read("/proc/self/maps") else { return [] }
    var found: Set<String> = []
    for line in maps.split(separator: 10) {
      guard let slash = line.firstIndex(of: UInt8(ascii: "/")), line.contains(UInt8(ascii: "x")) else { continue }
      let path = String(decoding: line[slash...], as: UTF8.self)
      if path.utf8.contains(UInt8(ascii: ".")), Path.name(path).contains(".so") { found.insert(Path.parent(path)) }
    }
    return found.sorted()
  }
}
