import Foundations
import Glibc
import HTTPClient

/// Renders a page with the installed Chromium, in a process of its own with limits, and gives the document as it is
/// after its scripts have run. The browser's only way to the network is a `BrowserGate`.
package struct Browser: Sendable {
  package let program: String

  /// The names under which Debian and others install it.
  private static let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]

  /// Finds the browser: what `SLUICE_CHROMIUM` names, or the first one in `PATH`.
  /// - Throws: `SluiceError.missing` when there is none.
  package init() throws(SluiceError) {
    if let named = Environment["SLUICE_CHROMIUM"] {
      guard access(named, X_OK) == 0 else {
        throw SluiceError(.missing, "SLUICE_CHROMIUM names \(named), which cannot be run")
      }
      program = named
      return
    }
    for folder in (Environment["PATH"] ?? "/usr/bin").split(separator: ":") {
      for name in Self.names where access("\(folder)/\(name)", X_OK) == 0 {
        program = "\(folder)/\(name)"
        return
      }
    }
    throw SluiceError(
      .missing, "render: chromium needs a browser, and none is installed",
      advice: "Install it (apt-get install chromium), or name it in SLUICE_CHROMIUM, or set render: never.")
  }

  /// The page's document after its scripts, as UTF-8 HTML. Blocks until the browser has ended.
  /// - Parameters:
  ///   - seconds: the most time for everything.
  ///   - folder: an empty directory for the browser's profile; the caller removes it.
  ///   - limit: the most bytes.
  package func render(
    _ url: String, userAgent: String, allowsPrivate: Bool, seconds: Double, folder: String, limit: Int
  ) throws(WebFailure) -> [UInt8] {
    do {
      return try run(url, userAgent, allowsPrivate, seconds, folder, limit)
    } catch let failure as WebFailure {
      throw failure
    } catch {
      throw WebFailure("browser", "the browser could not be run: \(SluiceError(wrapping: error).message)")
    }
  }

  private func run(
    _ url: String, _ userAgent: String, _ allowsPrivate: Bool, _ seconds: Double, _ folder: String, _ limit: Int
  ) throws -> [UInt8] {
    let gate = try BrowserGate(allowsPrivate: allowsPrivate)
    defer { gate.stop() }
    try FileSystem.makeDirectory(folder)
    let budget = Int(clamping: min(seconds, 20) * 1000)
    var arguments = [
      program, "--headless", "--dump-dom", "--incognito", "--no-first-run", "--disable-gpu", "--disable-extensions",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
      "--disable-dev-shm-usage", "--renderer-process-limit=2", "--js-flags=--max-old-space-size=1024",
      "--no-default-browser-check", "--mute-audio", "--hide-scrollbars",
      "--disable-features=Translate,OptimizationHints,MediaRouter", "--disable-quic",
      "--webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--user-data-dir=\(folder)", "--user-agent=\(userAgent)", "--proxy-server=http://127.0.0.1:\(gate.port)",
      // Loopback, too, goes through the gate.
      "--proxy-bypass-list=<-loopback>", "--virtual-time-budget=\(budget)", "--timeout=\(budget)",
    ]
    // Chromium's own sandbox does not work for root.
    if geteuid() == 0 { arguments.append("--no-sandbox") }
    arguments.append(url)
    let out = folder + "/page.html"
    let output = try FileDescriptor(path: out, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    let errors = try FileDescriptor(path: folder + "/errors", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    // A clean environment: keys stand in ours.
    // Its sockets lie in TMPDIR, and a socket's path has at most 108 bytes: the folder's may be longer.
    let short = try TemporaryFolder()
    var environment = ["HOME": folder, "TMPDIR": short.path, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder]
    for name in ["PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "CHROME_DEVEL_SANDBOX"] {
      environment[name] = Environment[name]
    }
    var command = ChildProcess.Command(arguments, environment: environment)
    command.output = output.raw
    command.errors = errors.raw
    // Of each of its processes. (Its address space is terabytes that it only reserves.)
    command.dataLimit = 4 << 30
    command.diesWithParent = true
    var child = try ChildProcess(command)
    let deadline = MonotonicClock.deadline(after: seconds)
    while true {
      if let ending = child.poll() {
        let bytes = try FileSystem.read(out, limit: limit + 1)
        guard bytes.count <= limit else {
          throw WebFailure("too_large", "the page that \(url) became is larger than \(Units.show(bytes: limit))")
        }
        guard case .exited(0) = ending, !bytes.isEmpty else {
          throw WebFailure(
            "browser", "the browser ended without a page for \(url.prefix(200)): \(ending)", isTransient: true)
        }
        return bytes
      }
      if MonotonicClock.now > deadline {
        child.kill(SIGKILL)
        throw WebFailure(
          "browser_timeout", "the browser had no page for \(url.prefix(200)) within \(Units.show(seconds: seconds))",
          isTransient: true)
      }
      usleep(10_000)
    }
  }
}
