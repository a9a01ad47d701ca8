import Foundations
import Glibc
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// Folders that go from stage to stage, and slots that are held for the work alone.
@Suite struct ScratchFoldersTests {
  private func folders(_ scratch: Scratch) -> ScratchFolders {
    ScratchFolders(ArtifactLayout(root: scratch.path("artifacts")), run: 1)
  }

  private func write(_ bytes: Int, to path: String) throws {
    try FileSystem.writeReplaceable([UInt8](repeating: 7, count: bytes), to: path)
  }

  @Test func aFolderGoesOnEmptyAndUnderAnotherName() throws {
    let scratch = try Scratch()
    let folders = folders(scratch)
    let first = try folders.make()
    try write(10, to: first + "/output")
    let inode = try FileSystem.status(first)?.inode
    folders.release(first)
    let second = try folders.make()
    #expect(second != first && !FileSystem.exists(first), "what still runs of the stage before finds it no more")
    #expect(try FileSystem.status(second)?.inode == inode)
    #expect(try FileSystem.list(second).isEmpty)
    let third = try folders.make()
    #expect(third != second && FileSystem.exists(second))
    folders.release(second)
    folders.release(third)
    folders.removeAll()
    #expect(try FileSystem.list(scratch.path("artifacts/scratch")).isEmpty)
  }

  @Test(arguments: ["large", "folder", "link", "mode", "many"])
  func whatIsMoreThanAFewSmallFilesIsRemoved(what: String) throws {
    let scratch = try Scratch()
    let folders = folders(scratch)
    let first = try folders.make()
    switch what {
    case "large": try write(2 << 20, to: first + "/output")
    case "folder":
      try FileSystem.makeDirectory(first + "/sub")
      try write(10, to: first + "/sub/a")
    case "link":
      try write(10, to: scratch.path("precious"))
      #expect(symlink(scratch.path("precious"), first + "/link") == 0)
    case "mode": #expect(chmod(first, 0o1770) == 0)
    default: for number in 0..<40 { try write(1, to: "\(first)/\(number)") }
    }
    // So that the number of its inode is not given to the next one by chance.
    let other = try folders.make()
    folders.release(first)
    // A link is moved aside as what it is; where it leads is not looked at.
    #expect(FileSystem.exists(first) == (what == "link"))
    let next = try folders.make()
    #expect(try FileSystem.list(next).isEmpty)
    #expect(try FileSystem.status(next)?.mode == FileSystem.status(other)?.mode)
    if what == "link" { #expect(try FileSystem.read(scratch.path("precious")).count == 10) }
    folders.removeAll()
  }

  @Test func noMoreWorkAtOnceThanThereAreSlots() throws {
    let slots = JobSlots(3)
    let running = Mutex((now: 0, most: 0, done: 0))
    let threads = (0..<12).map { number in
      BlockingThread("slot-\(number)") {
        for _ in 0..<20 {
          slots.whileHeld {
            running.withLock {
              $0.now += 1
              $0.most = max($0.most, $0.now)
            }
            usleep(100)
            running.withLock {
              $0.now -= 1
              $0.done += 1
            }
          }
        }
      }
    }
    for thread in threads { thread.join() }
    running.withLock { #expect($0.done == 240 && $0.most == 3 && $0.now == 0) }
  }

  @Test func aSlotIsGivenBackAfterAnError() throws {
    let slots = JobSlots(1)
    for _ in 0..<3 {
      #expect(throws: SluiceError.self) { try slots.whileHeld { throw SluiceError(.usage, "no") } }
    }
    #expect(slots.whileHeld { 7 } == 7)
  }
}
