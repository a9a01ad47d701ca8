import CSystem
import Glibc

/// A pipe(2) whose ends close when they are let go of.
package final class PipeEnds: Sendable {
  /// Where it is read.
  package let reading: FileDescriptor
  /// Where it is written.
  package let writing: FileDescriptor

  /// Makes a pipe of which no child inherits an end.
  package init() throws(SluiceError) {
    var ends: [Int32] = [-1, -1]
    guard csystem_pipe(&ends) == 0 else { throw FileSystem.systemError("make", "a pipe") }
    reading = FileDescriptor(ends[0])
    writing = FileDescriptor(ends[1])
  }
}
