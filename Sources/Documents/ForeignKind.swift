import Foundations

/// What cannot be read, by its own name: from what its bytes begin with.
enum ForeignKind {
  static func name(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return ole(bytes) }
    return signatures.first { bytes.starts(with: $0.0) }?.1 ?? tarArchive(bytes)
  }

  private static let signatures: [([UInt8], String)] = [
    (Array("BZh".utf8), "a bzip2 archive"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz archive"),
    ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
    (Array("7z".utf8) + [0xBC, 0xAF], "a 7z archive"),
    (Array("Rar!".utf8), "a RAR archive"),
    (Array("GIF8".utf8), "a GIF image"), ([0x7F, 0x45, 0x4C, 0x46], "a program (ELF)"),
    (Array("SQLite format 3\0".utf8), "an SQLite database"),
    (Array("%!PS".utf8), "a PostScript file"), (Array("OggS".utf8), "an Ogg file"),
    (Array("ID3".utf8), "an MP3 file"), (Array("fLaC".utf8), "a FLAC file"), (Array("RIFF".utf8), "a RIFF file"),
    (Array("{\\rtf".utf8), "an RTF document"), ([0x00, 0x61, 0x73, 0x6D], "a WebAssembly program"),
    (Array("MZ".utf8) + [0x90, 0x00], "a program (Windows)"), (Array("AT&TFORM".utf8), "a DjVu document"),
    ([0xFF, 0x57, 0x50, 0x43], "a WordPerfect document"), (Array("ITSF".utf8), "a Windows help file (CHM)"),
    (Array("PAR1".utf8), "a Parquet file"), (Array("\u{1}\0\0\0".utf8), "a WMF or EMF picture"),
  ]

  private static func tarArchive(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 512, bytes[257..<262].elementsEqual("ustar".utf8) else {
      // The brand of an MP4 file stands behind its length.
      guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else {
        return bytes.count >= 68 && bytes[60..<68].elementsEqual("BOOKMOBI".utf8) ? "a Kindle book (Mobipocket)" : nil
      }
      let brand = String(decoding: bytes[8..<12], as: UTF8.self)
      return ["heic", "heix", "mif1"].contains(brand)
        ? "a HEIF image" : brand == "avif" ? "an AVIF image" : "an MP4 file"
    }
    return "a tar archive"
  }

  /// A file of Microsoft's compound format, by the names of its streams.
  private static func ole(_ bytes: [UInt8]) -> String {
    func has(_ name: String) -> Bool {
      ByteSearch.range(of: name.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, in: bytes) != nil
    }
    if has("EncryptedPackage") { return "an office document that is encrypted with a password" }
    if has("PowerPoint Document") { return "a PowerPoint 97 file" }
    if has("WordDocument") { return "a Word 97 file" }
    if has("Workbook") || has("Book") { return "an Excel 97 file" }
    if has("__nameid_version1.0") { return "an Outlook message" }
    if has("VisioDocument") { return "a Visio drawing" }
    return "an old office document (OLE)"
  }
}
