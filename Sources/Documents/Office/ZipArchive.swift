import CZip
import Formats
import Foundations
import Glibc

/// A ZIP archive in memory, by libzip.
final class ZipArchive {
  private let handle: OpaquePointer
  /// libzip reads from it as long as the archive is open.
  private let bytes: UnsafeMutableRawBufferPointer
  private let what: String

  /// The most bytes that one member may have unpacked.
  private static let mostBytes = 512 << 20

  /// - Parameter what: what the archive is, for messages: `a Word document`.
  /// - Throws: `ItemProblem` `corrupt_archive`, or `SluiceError.missing` when libzip is not installed.
  init(_ bytes: [UInt8], _ what: String) throws {
    if let reason = czip_load() {
      throw SluiceError(
        .missing, "libzip cannot be used: \(String(cString: reason))", advice: "Install it: apt-get install libzip4")
    }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
    copy.copyBytes(from: bytes)
    guard let handle = czip_open(copy.baseAddress, bytes.count) else {
      copy.deallocate()
      throw ItemProblem("corrupt_archive", "\(what) is damaged: its archive cannot be opened")
    }
    self.handle = handle
    self.bytes = copy
    self.what = what
  }

  deinit {
    czip_close(handle)
    bytes.deallocate()
  }

  var names: [String] { (0..<czip_count(handle)).map { String(cString: czip_name(handle, $0)) } }

  /// - Returns: `nil` when there is no such member.
  /// - Throws: `ItemProblem` `corrupt_archive`, `too_large` or `encrypted`.
  func read(_ name: String) throws(ItemProblem) -> [UInt8]? {
    var length = 0
    var status = CZIP_OK
    let read = czip_read(handle, name, Self.mostBytes, &length, &status)
    if let read {
      defer { free(read) }
      return Array(UnsafeBufferPointer(start: read, count: length))
    }
    switch status {
    case CZIP_MISSING: return nil
    case CZIP_TOO_LARGE:
      throw ItemProblem("too_large", "\(name) in \(what) unpacks to more than \(Units.show(bytes: Self.mostBytes))")
    case CZIP_ENCRYPTED: throw ItemProblem("encrypted", "\(what) is encrypted")
    default: throw ItemProblem("corrupt_archive", "\(what) is damaged: \(name) cannot be unpacked")
    }
  }

  /// The events of an XML member; nothing when it is not there.
  func events(_ name: String, _ names: XMLNames? = nil, _ body: (XMLEvents.Event) throws -> Void) throws {
    guard let bytes = try read(name) else { return }
    try Self.events(bytes, name, names, of: what, body)
  }

  /// - Parameter what: what the XML is a part of, for messages.
  static func events(
    _ bytes: [UInt8], _ name: String, _ names: XMLNames?, of what: String, _ body: (XMLEvents.Event) throws -> Void
  ) throws {
    do { try XMLEvents.read(bytes, name: name, names: names, body) } catch let error as SluiceError
      where error.code == .badInput
    {
      throw ItemProblem("corrupt_archive", "\(what) is damaged: \(error.message)")
    }
  }

  /// The targets of a part's relations by their ids, as paths in the archive; links to elsewhere as they are.
  func relations(of part: String) throws -> [String: String] {
    let folder = Path.parent(part)
    var targets: [String: String] = [:]
    try events(Path.join(Path.join(folder, "_rels"), Path.name(part) + ".rels")) { event in
      guard case .opening("Relationship", let attribute) = event, let id = attribute("Id"),
        let target = attribute("Target")
      else { return }
      if attribute("TargetMode") == "External" {
        targets[id] = target
      } else {
        targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : Self.joined(folder, target)
      }
    }
    return targets
  }

  /// A path inside the archive, `..` resolved.
  static func joined(_ folder: String, _ path: String) -> String {
    var parts: [Substring] = folder.split(separator: "/")
    for part in path.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}
