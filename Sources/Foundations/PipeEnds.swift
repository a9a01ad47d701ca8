import CSystem
import Glibc

/// A pipe(2) whose ends close when they are let go of.
package final class PipeEnds: Sendable {
  package let reading: FileDescriptor
  package let writing: FileDescriptor

  package init() throws(SluiceError) {
    var ends: [Int32] = [-1, -1]
    guard csystem_pipe(&ends) == 0 else { throw FileSystem.systemError("make", "a pipe") }
    reading = FileDescriptor(ends[0])
    writing = FileDescriptor(ends[1])
  }
}
