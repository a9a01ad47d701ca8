import Engine
import Formats
import Foundations
import Glibc
import Planning
import StageKit
import Store
import Synchronization

/// Shows a run as it goes: on a terminal a live line per stage at work, elsewhere plain lines. Writes
/// everything into the run's log as well.
final class RunDisplay: Sendable {
  private struct Active: Sendable {
    let index: Int
    let started: UInt64
  }

  private struct State: Sendable {
    var active: [String: Active] = [:]
    var drawn = 0
    var failures: [String: Int] = [:]
    var log: FileDescriptor?
    var lastPlain = MonotonicClock.now
  }

  private let style = Style(descriptor: 2)
  private let isLive: Bool
  private let isQuiet: Bool
  private let verbose: Bool
  private let indices: [String: Int]
  private let runsDirectory: String
  private let state = Mutex(State())
  private let source = Mutex<(@Sendable () -> [StageCounts])?>(nil)
  private let stop = Monitor(false)
  private let thread = Mutex<BlockingThread?>(nil)

  init(stages: [String], runsDirectory: String, isQuiet: Bool, isVerbose: Bool) {
    indices = Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($0.element, $0.offset) })
    self.runsDirectory = runsDirectory
    self.isQuiet = isQuiet
    verbose = isVerbose
    isLive = !isQuiet && Output.isTerminal(2) && Environment["TERM"] != "dumb"
  }

  /// Begins to show numbers, from `counts` by index of the stage.
  func begin(_ counts: @escaping @Sendable () -> [StageCounts]) {
    source.withLock { $0 = counts }
    thread.withLock { thread in
      thread = BlockingThread("display") { [self] in
        while self.stop.wait(until: MonotonicClock.now + 100_000_000, { $0 ? true : nil }) == nil { self.tick() }
      }
    }
  }

  func end() {
    stop.update { $0 = true }
    thread.withLock { $0 }?.join()
    state.withLock { erase(&$0) }
  }

  func handle(_ event: RunEvent) {
    switch event {
    case .started(let run): openLog(run)
    case .stageStarted(let name, let reasons):
      state.withLock { $0.active[name] = Active(index: indices[name] ?? 0, started: MonotonicClock.now) }
      let why = reasons.map(\.text).joined(separator: "; ")
      // A stage that only waits for what another makes, or looks whether something is due, may turn out to have nothing to do.
      let mayBeIdle = reasons.allSatisfy {
        switch $0 {
        case .upstreamRuns, .refreshDue: true
        default: false
        }
      }
      emit(
        "\(style.blue("▸")) \(name)  \(style.dim(why))", log: "\(name): started: \(why)",
        isDetail: mayBeIdle || indices.count > 50)
    case .stageFinished(let summary): finished(summary)
    case .itemFailed(let stage, let item, let failure, let attempt, let wait):
      failed(stage, item, failure, attempt, wait)
    case .log(let stage, let level, let message):
      let line = "\(stage): \(level.rawValue): \(message)"
      let shown = level == .error ? style.red(line) : level == .warning ? style.yellow(line) : style.dim(line)
      emit("  \(shown)", log: line, isDetail: level == .debug || level == .info)
    }
  }

  private func failed(_ stage: String, _ id: String, _ failure: ItemFailure, _ attempt: Int, _ wait: Double?) {
    let item = TerminalText.line(id)
    if let wait {
      let line = "\(stage): \(item): \(failure.message) (try \(attempt), again in \(Units.show(seconds: wait)))"
      return emit("  \(style.dim(line))", log: line, isDetail: true)
    }
    let line = "\(stage): \(item): quarantined: \(failure.message)"
    let number = state.withLock { state in
      state.failures[stage, default: 0] += 1
      return state.failures[stage] ?? 0
    }
    // The log has all of them; on the screen the first few say enough.
    emit("  \(style.yellow(line))", log: line, isDetail: number > 5)
    if number == 6 { emit("  \(style.dim("\(stage): more are in quarantine: `sluice status` lists them"))", log: nil) }
  }

  private func finished(_ summary: StageSummary) {
    state.withLock { $0.active[summary.name] = nil }
    // Of a large graph only what ran is worth a line.
    if summary.outcome == .upToDate && indices.count > 50 { return }
    let counts = summary.counts
    var parts: [String] = []
    if counts.done > 0 { parts.append("\(Units.show(counts.done)) done") }
    if counts.cached > 0 { parts.append("\(Units.show(counts.cached)) cached") }
    if counts.failed > 0 { parts.append(style.yellow("\(Units.show(counts.failed)) quarantined")) }
    if counts.stale > 0 { parts.append(style.yellow("\(Units.show(counts.stale)) kept from before")) }
    if counts.removed > 0 { parts.append("\(Units.show(counts.removed)) removed") }
    let numbers = parts.joined(separator: ", ")
    let time = Units.show(seconds: summary.seconds)
    let plain = "\(summary.name): \(summary.outcome.rawValue): \(numbers) in \(time) \(summary.message)"
    let made = counts.outputs > 0 ? " → \(Units.show(counts.outputs))" : ""
    switch summary.outcome {
    case .upToDate:
      // That items failed again is news enough.
      let isWell = counts.failed + counts.stale == 0
      emit(
        "\(style.green("✓")) \(summary.name)  \(isWell ? style.dim("up to date") : numbers)", log: plain,
        isDetail: isWell)
    case .done:
      emit(
        "\(style.green("✓")) \(style.bold(summary.name))  \(numbers)\(made) \(style.dim("in \(time)"))",
        log: plain, isDetail: indices.count > 50)
    case .failed, .guarded:
      emit("\(style.red("✗")) \(style.bold(summary.name))  \(style.red(summary.message))", log: plain)
    case .blocked: emit("\(style.dim("·")) \(summary.name)  \(style.dim(summary.message))", log: plain)
    case .interrupted: emit("\(style.yellow("‖")) \(summary.name)  interrupted; what was finished is kept", log: plain)
    case .skipped: break
    }
  }

  private func openLog(_ run: Int) {
    let directory = "\(runsDirectory)/\(run)"
    // A run goes on without its log: the ledger has what matters.
    guard (try? FileSystem.makeDirectory(directory)) != nil else { return }
    let log = try? FileDescriptor(path: directory + "/log.txt", flags: O_WRONLY | O_CREAT | O_APPEND)
    state.withLock { $0.log = log }
  }

  /// - Parameter isDetail: only for the log, unless everything was asked for.
  private func emit(_ line: String, log: String?, isDetail: Bool = false) {
    state.withLock { state in
      if let log, let file = state.log {
        let text = "\(Timestamp.now.rfc3339) \(TerminalText.message(Secrets.redacted(log)))\n"
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(file.raw, $0.baseAddress, $0.count) }
      }
      guard !isQuiet, !isDetail || verbose else { return }
      erase(&state)
      // Before lines are set off: a secret of several lines is known as it is.
      Output.write(TerminalText.message(Secrets.redacted(line)) + "\n", to: 2)
    }
  }

  private func erase(_ state: inout State) {
    guard state.drawn > 0 else { return }
    Output.erase(lines: state.drawn, on: 2)
    state.drawn = 0
  }

  private func tick() {
    guard !isQuiet, let counts = source.withLock({ $0 })?() else { return }
    state.withLock { state in
      let active = state.active.sorted { $0.value.index < $1.value.index }.prefix(12)
      if isLive {
        let width = Output.columns
        let lines = active.map { String(line($0.key, counts[$0.value.index], $0.value.started).prefix(width - 1)) }
        erase(&state)
        if !lines.isEmpty { Output.write(lines.joined(separator: "\n") + "\n", to: 2) }
        state.drawn = lines.count
      } else if MonotonicClock.seconds(since: state.lastPlain) > 10 {
        state.lastPlain = MonotonicClock.now
        for (name, stage) in active { Output.write(line(name, counts[stage.index], stage.started) + "\n", to: 2) }
      }
    }
  }

  private func line(_ name: String, _ counts: StageCounts, _ started: UInt64) -> String {
    let seconds = MonotonicClock.seconds(since: started)
    let finished = counts.done + counts.failed + counts.stale
    var text = "  \(HelpText.padded(name, 12))"
    if counts.progress.total > 0 {
      text += "\(Units.show(counts.progress.done)) of \(Units.show(counts.progress.total))"
      text += eta(done: counts.progress.done, left: counts.progress.total - counts.progress.done, seconds)
    } else {
      text += "\(Units.show(finished)) done"
      if counts.queued > 0 { text += ", \(Units.show(counts.queued)) waiting" }
      if counts.cached > 0 { text += ", \(Units.show(counts.cached)) cached" }
      if counts.failed > 0 { text += ", \(Units.show(counts.failed)) quarantined" }
      if counts.retried > 0 { text += ", \(Units.show(counts.retried)) tried again" }
      if finished > 0 && seconds > 0.5 { text += ", \(Units.decimal(Double(finished) / seconds, 1))/s" }
      text += eta(done: finished, left: counts.queued, seconds)
    }
    return text + ", \(Units.show(seconds: seconds))"
  }

  private func eta(done: Int, left: Int, _ seconds: Double) -> String {
    // One item says nothing of the others.
    guard done >= 5, left > 0, seconds > 2 else { return "" }
    return ", about \(Units.show(seconds: seconds / Double(done) * Double(left))) left"
  }
}
