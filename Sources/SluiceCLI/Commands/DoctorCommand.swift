import CSystem
import Documents
import Formats
import Foundations
import Glibc
import HTTPClient
import Models
import Store
import VectorStores
import Web
import Workers

/// `sluice doctor`
enum DoctorCommand {
  private struct Check {
    let name: String
    let result: Result<String, SluiceError>
    /// Needed for some things only: what is missing of these is no fault.
    let isOptional: Bool
  }

  static let spec = CommandSpec(
    "doctor", "Check that everything Sluice needs is here: libraries, models, disk.", usage: "",
    options: [.artifacts, .json]
  ) { arguments in
    let checks = checks()
    if arguments.isJSON {
      Output.json(
        .array(
          checks.map { check in
            switch check.result {
            case .success(let text): ["name": .string(check.name), "ok": true, "message": .string(text)]
            case .failure(let error):
              [
                "name": .string(check.name), "ok": false, "optional": .bool(check.isOptional),
                "message": .string(error.message),
                "advice": .string(error.advice),
              ]
            }
          }))
    } else {
      let style = Style(descriptor: 1)
      for check in checks {
        switch check.result {
        case .success(let text): Output.line("\(style.green("✓")) \(HelpText.padded(check.name, 26))\(text)")
        case .failure(let error):
          Output.line(
            "\(check.isOptional ? style.dim("–") : style.red("✗")) \(HelpText.padded(check.name, 26))\(error.message)")
          if !error.advice.isEmpty { Output.line("  \(HelpText.padded("", 26))\(error.advice)") }
        }
      }
    }
    return checks.allSatisfy { if case .success = $0.result { true } else { $0.isOptional } } ? 0 : 1
  }

  private static func check(_ name: String, isOptional: Bool = false, _ body: () throws -> String) -> Check {
    Check(name: name, result: Result { try body() }.mapError { SluiceError(wrapping: $0) }, isOptional: isOptional)
  }

  /// What the kernel grants a worker, as a worker says that it has tried.
  private static func sandbox() throws -> String {
    let answer = try WorkerPool().ask(SandboxProbe.name, SandboxProbe.Targets(), [], what: "nothing")
    let state = try answer.details.decoded(as: SandboxProbe.Findings.self).state
    let parts = [
      (state.isKeptFromCalls, "seccomp"), (state.isKeptFromFiles, "Landlock"),
      (state.hasNoCapabilities, "no capabilities"),
    ]
    let missing = parts.filter { !$0.0 }.map(\.1)
    guard missing.isEmpty else {
      throw SluiceError(
        .missing, "this kernel gives workers no \(missing.joined(separator: ", no "))",
        advice: "Documents are still read in processes of their own with limits. Landlock needs Linux 5.13.")
    }
    return parts.map(\.1).joined(separator: ", ") + ": a worker has neither network nor files to write"
  }

  private static func checks() -> [Check] {
    let project = Path.workingDirectory
    let model = ModelFiles.locate("all-MiniLM-L6-v2", project: project)
    return [
      check("PDF (poppler)") { try PopplerLibrary.version() },
      check("PDF tables (qpdf)") { try QPDFLibrary.version() },
      check("HTTP (libcurl)") { try CurlLibrary.version() },
      check("office, e-books (libzip)") { try ZipLibrary.version() },
      check("backups (libarchive)") { try ArchiveLibrary.version() },
      check("XML (libxml2)") { try XMLLibrary.version() },
      check("sandbox of workers", isOptional: true) { try sandbox() },
      check("scanned pages", isOptional: true) { try OCRProgram.version() },
      check("browser", isOptional: true) { try Browser().program },
      check("PostgreSQL (libpq)", isOptional: true) { try PostgresLibrary.version() },
      check("local model") { try LocalModel(directory: model).passport().model + " in " + model },
      check("model runtime") { "OpenVINO " + (try OpenVINORuntime.installedVersion(besideModel: model)) },
      check("artifacts") {
        let layout = ArtifactLayout(project: project)
        guard FileSystem.exists(layout.ledger) else { return "\(layout.root): nothing was run here yet" }
        _ = try LedgerReader(layout)
        return "\(layout.root): the ledger can be read"
      },
      check("disk") {
        var status = statvfs()
        guard statvfs(project, &status) == 0 else { throw FileSystem.systemError("look at", project) }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        if free < 1_000_000_000 {
          throw SluiceError(
            .system, "only \(Units.show(bytes: free)) free", advice: "`sluice gc` sweeps what nothing needs.")
        }
        return "\(Units.show(bytes: free)) free"
      },
    ]
  }
}
