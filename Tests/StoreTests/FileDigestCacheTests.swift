import Foundations
import Glibc
import TestSupport
import Testing

@testable import Store

@Suite struct FileDigestCacheTests {
  @Test func freshTimesAreNotTrusted() throws {
    let scratch = try Scratch()
    let file = scratch.path("f")
    try FileSystem.writeReplaceable(Array("one".utf8), to: file)
    let status = try #require(try FileSystem.status(file))
    #expect(!FileDigestCache.isSettled(status, at: Timestamp(seconds: Double(status.changed) / 1e9)))
    #expect(FileDigestCache.isSettled(status, at: Timestamp(seconds: Double(status.changed) / 1e9 + 1)))
    let cache = FileDigestCache(path: scratch.path("cache"))
    #expect(try cache.digest(ofFile: file) == Digest(of: "one"))
    // Written again within the grain of the clock, with the same size: it must be seen.
    for text in ["two", "six", "ten"] {
      let descriptor = try FileDescriptor(path: file, flags: O_WRONLY)
      try Array(text.utf8).withUnsafeBytes { try FileSystem.write($0, to: descriptor.raw, file) }
      #expect(try cache.digest(ofFile: file) == Digest(of: text))
    }
  }

  @Test func savedAndReadAgain() throws {
    let scratch = try Scratch()
    let path = scratch.path("cache")
    for number in 0..<50 {
      try FileSystem.writeReplaceable(Array("text \(number)".utf8), to: scratch.path("f\(number)"))
    }
    usleep(60_000)
    // In two steps, so that the second is merged into the first.
    for range in [[7, 3, 49, 0], Array(0..<50)] {
      let cache = FileDigestCache(path: path)
      for number in range {
        #expect(try cache.digest(ofFile: scratch.path("f\(number)")) == Digest(of: "text \(number)"))
      }
      try cache.save()
    }
    let stored = StoredFileDigests(path: path)
    for number in 0..<50 {
      let known = stored.find(scratch.path("f\(number)"))
      #expect(known?.digest == Digest(of: "text \(number)"))
      #expect(try known?.status == FileSystem.status(scratch.path("f\(number)")))
    }
    #expect(stored.find(scratch.path("f50")) == nil)
    // Damaged anywhere, it is no cache, and never a wrong digest.
    let good = try FileSystem.read(path)
    for place in stride(from: 0, to: good.count, by: 97) {
      var bytes = good
      bytes[place] ^= 0x10
      try FileSystem.writeReplaceable(bytes, to: path)
      #expect(StoredFileDigests(path: path).find(scratch.path("f7")) == nil, "\(place)")
    }
    try FileSystem.writeReplaceable(Array(good[..<(good.count / 2)]), to: path)
    #expect(try FileDigestCache(path: path).digest(ofFile: scratch.path("f7")) == Digest(of: "text 7"))
  }

  @Test func whatIsNoFile() throws {
    let scratch = try Scratch()
    let cache = FileDigestCache(path: scratch.path("cache"))
    for path in [scratch.path("none"), scratch.directory, "/dev/null"] {
      #expect(throws: SluiceError.self, "\(path)") { try cache.digest(ofFile: path) }
    }
  }
}
