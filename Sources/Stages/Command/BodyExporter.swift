import Foundations
import Glibc
import StageKit
import Store

/// Writes the bodies of items as files.
struct BodyExporter: DatasetExporter {
  let version = 1

  func export(_ dataset: any DatasetReader, to directory: String) throws {
    try dataset.forEach { item in
      let name = try Document(item).path ?? item.id
      let path = Path.join(directory, Self.fileName(dataset.count == 1 ? name : item.id))
      try Self.write(item, to: path) { try dataset.body($0) }
    }
  }

  /// A plain file name for an id; ids that differ give names that differ.
  static func fileName(_ id: String) -> String {
    var name = ""
    for byte in id.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "#"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      // Two digits: else a control character and the digit behind it would be another one.
      default: name += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    if name.hasPrefix(".") { name = "%2E" + name.dropFirst() }
    guard name.utf8.count > 200 else { return name }
    return String(name.prefix(180)) + "-" + Digest(of: id).short
  }

  /// The ending of an item's name with its dot, for programs that go by it; empty when there is none.
  static func suffix(_ id: String, _ record: Document) -> String {
    var whole = record.path ?? id
    // The query of a URL is no part of a name.
    if record.path == nil, id.contains("://") { whole = String(id.prefix { $0 != "?" && $0 != "#" }) }
    let name = Path.name(whole)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return "" }
    let ending = name[name.index(after: dot)...]
    let isPlain = ending.utf8.allSatisfy { ShellWord.isNameByte($0) } && (1...16).contains(ending.utf8.count)
    return isPlain ? "." + ending : ""
  }

  static func write(_ item: Item, to path: String, store: any ContentStore) throws {
    try write(item, to: path) { try store.get($0) }
  }

  static func write(_ item: Item, to path: String, _ get: (Digest) throws -> [UInt8]) throws {
    guard let digest = try Document(item).body else {
      throw SluiceError(
        .badInput, "the item '\(item.id)' has no body",
        advice: "Only files and documents have bodies.")
    }
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try get(digest).withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
  }
}
