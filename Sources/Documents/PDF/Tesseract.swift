import Foundations
import Glibc
import Workers

/// The installed Tesseract (https://github.com/tesseract-ocr), run as a program for each page.
struct Tesseract {
  /// Pixels a point where a page has no picture that says how many: 300 dpi, for which its models are made.
  static let scale = 300.0 / 72

  private let program: String
  private let languages: String

  static var isInstalled: Bool { program != nil }

  private static let program: String? = (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    .map { "\($0)/tesseract" }.first { access($0, X_OK) == 0 }

  private static let dataDirectories: [String] =
    (Environment["TESSDATA_PREFIX"].map { [$0, $0 + "/tessdata"] } ?? [])
    + ["/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata"]

  /// What tells this installation from another: the program's library and the data of the languages, by size and
  /// time. `missing` when there is none.
  static func version(languages: String) -> String {
    guard let program else { return "missing" }
    let library = PopplerLibrary.resolvedName("libtesseract.so.5") ?? stamp(program) ?? "unknown"
    let data = languages.split(separator: "+").map { language in
      dataDirectories.lazy.compactMap { stamp("\($0)/\(language).traineddata") }.first ?? "missing"
    }
    return ([library] + data).joined(separator: " ")
  }

  private static func stamp(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return "\(Path.name(path)):\(status.st_size):\(status.st_mtim.tv_sec)"
  }

  /// - Throws: `SluiceError.badInput` for languages that are no names; `.missing` when it is required and not there.
  static func installed(languages: String, isRequired: Bool) throws -> Tesseract? {
    let parts = languages.split(separator: "+", omittingEmptySubsequences: false)
    guard !parts.isEmpty,
      parts.allSatisfy({ part in
        !part.isEmpty
          && part.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || $0 >= 97 && $0 <= 122 || $0 >= 65 && $0 <= 90 || $0 >= 48 && $0 <= 57
          }
      })
    else {
      throw SluiceError(
        .badInput, "ocr_languages: '\(languages)' are no languages",
        advice: "Write Tesseract's names, as eng or deu+eng.")
    }
    guard let program else {
      guard isRequired else { return nil }
      throw SluiceError(.missing, "there is no tesseract", advice: "Install it: apt-get install tesseract-ocr")
    }
    for part in parts where !dataDirectories.contains(where: { access("\($0)/\(part).traineddata", R_OK) == 0 }) {
      guard isRequired || parts != ["eng"] else { return nil }
      throw SluiceError(
        .missing, "tesseract has no data for the language '\(part)'",
        advice: "Install it: apt-get install tesseract-ocr-\(part.lowercased().split(separator: "_")[0])")
    }
    return Tesseract(program: program, languages: languages)
  }

  /// What stands in a page's picture (PNG, `scale` pixels a point).
  func read(_ picture: [UInt8], scale: Double, page: Int) throws -> PDFRecognized {
    func read(turns: Bool) throws -> PDFRecognized {
      let table = try table(of: picture, dpi: Int(clamping: (scale * 72).rounded()), turns: turns)
      return PDFRecognized(table, scale: scale, page: page)
    }
    let first = try read(turns: false)
    guard first.confidence < Self.doubtful else { return first }
    // It may lie on its side or upside down. Looking for that takes time, and is wrong where there is little text.
    let turned = try read(turns: true)
    return turned.confidence > first.confidence ? turned : first
  }

  /// Its table of what it found in a picture, which may have several pages and says itself how fine it is unless `dpi` does.
  /// A worker may start no program: it asks the run.
  func table(of picture: [UInt8], dpi: Int? = nil, turns: Bool = false) throws -> String {
    let wish = Wish(ocr: languages, dpi: dpi, turns: turns)
    let table =
      WorkerLink.isOpen
      ? try WorkerLink.ask(WorkerFrame(wish, body: picture)).body
      : try recognize(picture, wish, WorkerDeadline(seconds: 600, isStopping: { false }))
    return String(decoding: table, as: UTF8.self)
  }

  /// Words of pages that stand upright are read with a confidence of 80 and more; of others it is below this.
  private static let doubtful = 60.0

  private struct Wish: Codable {
    /// The languages.
    let ocr: String
    /// What the picture's own file says when absent.
    let dpi: Int?
    /// Whether the page may be turned.
    let turns: Bool
  }

  /// What a worker asks the run for: a picture's words.
  @Sendable static func serve(_ wish: WorkerFrame, _ deadline: WorkerDeadline) throws -> WorkerFrame {
    guard let wanted = try? wish.details.decoded(as: Wish.self),
      let tesseract = try installed(languages: wanted.ocr, isRequired: true)
    else { throw SluiceError(.system, "a worker asked for something that it is not given") }
    return WorkerFrame(body: try tesseract.recognize(wish.body, wanted, deadline))
  }

  /// Tesseract's table of words; empty when it found none or failed. It runs in a sandbox of its own.
  private func recognize(_ picture: [UInt8], _ wish: Wish, _ deadline: WorkerDeadline) throws -> [UInt8] {
    let input = try PipeEnds()
    let output = try PipeEnds()
    // More threads than one make it slower on the small machines this runs on, and others have work to do.
    var environment = ["OMP_THREAD_LIMIT": "1"]
    environment["TESSDATA_PREFIX"] = Environment["TESSDATA_PREFIX"]
    environment["LD_LIBRARY_PATH"] = Environment["LD_LIBRARY_PATH"]
    var command = ChildProcess.Command(
      [program, "stdin", "stdout", "-l", languages, "--psm", wish.turns ? "1" : "3"]
        + (wish.dpi.map { ["--dpi", String($0)] } ?? []) + ["tsv"], environment: environment)
    command.input = input.reading.raw
    command.output = output.writing.raw
    command.memoryLimit = 4 << 30
    command.cpuLimit = 600
    command.sandbox = Sandbox.readable + [Path.parent(program), "/usr/bin"] + Self.dataDirectories
    var child = try ChildProcess(command)
    input.reading.close()
    output.writing.close()
    // It reads all of the picture before it writes.
    try? WorkerFrame.put(picture, input.writing.raw, deadline)
    input.writing.close()
    let table = try WorkerFrame.rest(of: output.reading.raw, most: Self.largestTable, deadline)
    guard deadline.pause != nil, let table else {
      child.kill()
      return []
    }
    return child.wait().isSuccess ? table : []
  }

  private static let largestTable = 32 << 20
}
