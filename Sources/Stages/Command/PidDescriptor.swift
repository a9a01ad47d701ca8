import CSystem
import Glibc

/// A descriptor that becomes readable when a process ends (pidfd_open(2)); where the kernel has none,
/// waiting is a short sleep.
struct PidDescriptor: ~Copyable {
  private let descriptor: Int32

  init(_ pid: pid_t) { descriptor = csystem_pidfd(pid) }

  func wait(milliseconds: Int32) {
    guard descriptor >= 0 else {
      usleep(2_000)
      return
    }
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, milliseconds)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
