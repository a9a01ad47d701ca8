import Foundations
import Glibc
import StageKit

/// Chunks as JSON Lines: documents in the order of their ids, the chunks of each in the order of reading.
struct ChunkLinesExporter: DatasetExporter {
  let version = 1
  let writesLines = true
  let identity: String
  private let fileName: String

  init(fileName: String) {
    self.fileName = fileName
    identity = "chunk lines \(fileName)"
  }

  func export(_ dataset: any DatasetReader, to directory: String) throws {
    let path = Path.join(directory, fileName)
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL)
    var document: Substring.UTF8View?
    var pending: [(index: Int, line: [UInt8])] = []
    func flush() throws {
      // Of two with one number the order of ids stays.
      let sorted = pending.enumerated().sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }
      for entry in sorted {
        try entry.element.line.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
      }
      pending = []
    }
    try dataset.forEach { item in
      let owner = item.id.utf8.prefix(upTo: item.id.utf8.lastIndex(of: UInt8(ascii: "#")) ?? item.id.utf8.endIndex)
      if document.map({ !$0.elementsEqual(owner) }) ?? true {
        try flush()
        document = owner
      }
      var line: [UInt8] = []
      try JSONLinesExporter.append(item, to: &line)
      pending.append((try Chunk(item).index ?? 0, line))
    }
    try flush()
  }
}
