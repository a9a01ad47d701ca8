import Formats
import Foundations
import Store

/// A comparison as a page: one file, no script.
package struct DiffPage {
  private let diff: SnapshotDiff
  /// The stage whose texts are shown; `nil`: none.
  private let stage: String?
  private let limit: Int

  package init(_ diff: SnapshotDiff, stage: String?, limit: Int) {
    self.diff = diff
    self.stage = stage
    self.limit = limit
  }

  package func html() throws -> String {
    let title = "\(diff.before.name) → \(diff.after.name)"
    var body = "<h1>\(Markup.escaped(title))</h1>\n"
    if let first = diff.firstDivergence {
      let reasons = diff.reason.map { "<li>\(Markup.escaped($0))</li>" }.joined()
      body += "<p>The first stage that differs is <b>\(Markup.escaped(first.stage))</b>:</p><ul>\(reasons)</ul>\n"
    } else {
      body += "<p>Nothing differs.</p>\n"
    }
    body += "<table><tr><th>stage<th>added<th>removed<th>changed<th>moved<th>same<th>numbers</tr>\n"
    for stage in diff.stages {
      let numbers = stage.metrics.filter(\.isNews).map { Markup.escaped("\($0.name) \($0.text)") }.joined(
        separator: "<br>")
      let cells = [stage.added, stage.removed, stage.changed].map {
        "<td class=n>\($0.isEmpty ? "" : Units.show($0.count))"
      }
      body +=
        "<tr><th>\(Markup.escaped(stage.stage))\(cells.joined())<td class=n>\(stage.moved.isEmpty ? "" : Units.show(stage.moved.count))<td class=n>\(Units.show(stage.unchanged))<td>\(numbers)</tr>\n"
    }
    body += "</table>\n"
    for stage in diff.stages where !stage.hasSameContent && (self.stage == nil || stage.stage == self.stage) {
      body += try section(stage)
    }
    return """
      <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>\(Markup.escaped(title))</title>
      <style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}
      th,td{text-align:left;padding:.2em .8em;border-bottom:1px solid #ddd;vertical-align:top}.n{text-align:right}
      del{background:#fdd;text-decoration:none}ins{background:#dfd;text-decoration:none}pre{white-space:pre-wrap;background:#f7f7f7;padding:.6em}</style>
      \(body)</html>

      """
  }

  private func section(_ stage: StageDiff) throws -> String {
    var text = "<h2>\(Markup.escaped(stage.stage))</h2>\n"
    for (title, ids) in [("Added", stage.added), ("Removed", stage.removed)] where !ids.isEmpty {
      let more = ids.count > limit ? "<li>… and \(Units.show(ids.count - limit)) more" : ""
      text +=
        "<h3>\(title) (\(Units.show(ids.count)))</h3><ul>"
        + ids.prefix(limit).map { "<li>\(Markup.escaped($0))" }.joined() + more + "</ul>\n"
    }
    guard !stage.changed.isEmpty else { return text }
    text += "<h3>Changed (\(Units.show(stage.changed.count)))</h3>\n"
    guard self.stage != nil else {
      return text + "<ul>" + stage.changed.prefix(limit).map { "<li>\(Markup.escaped($0))" }.joined() + "</ul>\n"
    }
    for change in try ChangedTexts(diff, stage).texts(limit: limit) {
      let parts = change.shortened(around: 300).map { part in
        switch part {
        case .same(let text): Markup.escaped(text)
        case .old(let text): "<del>\(Markup.escaped(text))</del>"
        case .new(let text): "<ins>\(Markup.escaped(text))</ins>"
        }
      }
      text += "<h4>\(Markup.escaped(change.id))</h4><pre>\(parts.joined(separator: " "))</pre>\n"
    }
    return text
  }
}
