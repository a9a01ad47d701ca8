import Formats
import Foundations

/// A web page that shows a document beside what was found in it: on the left each page's picture with the elements
/// as coloured boxes, on the right their text. It needs no other file and no network.
package enum DocumentView {
  /// `pictures` may leave out pages, or all of them for documents that have none.
  package static func html(_ document: ParsedDocument, pictures: [PagePicture], name: String) -> String {
    var body =
      "<header><h1>\(Markup.escaped(document.title ?? name))</h1><p>\(Markup.escaped(name))\(facts(document))</p>\(legend(document))</header>\n<main>\n"
    let byPage = Dictionary(grouping: document.elements.indices) { document.elements[$0].page ?? 0 }
    let shown = Dictionary(uniqueKeysWithValues: pictures.map { ($0.number, $0) })
    for page in Set(byPage.keys).union(shown.keys).sorted() {
      body += "<section>"
      body += shown[page].map { picture($0, document, byPage[page] ?? []) } ?? "<div class=page></div>"
      body += "<div class=text>"
      if page > 0 { body += "<h2>Page \(page)</h2>" }
      for index in byPage[page] ?? [] { body += text(document.elements[index], index) }
      body += "</div></section>\n"
    }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>\(Markup.escaped(document.title ?? name))</title><style>\(style)</style></head>
      <body>\(body)</main><div id=tip hidden></div><script>\(script)</script></body></html>

      """
  }

  private static func facts(_ document: ParsedDocument) -> String {
    var facts = document.metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if let language = document.language { facts.append("language: \(language)") }
    if !document.flags.isEmpty { facts.append("flags: " + document.flags.joined(separator: ", ")) }
    return facts.map { " · " + Markup.escaped($0) }.joined()
  }

  private static func legend(_ document: ParsedDocument) -> String {
    var counts: [String: Int] = [:]
    for element in document.elements { counts[element.kind.rawValue, default: 0] += 1 }
    return "<p class=legend>"
      + counts.sorted { $0.key < $1.key }.map { kind, count in
        "<label class=\(kind)><input type=checkbox checked value=\(kind)>\(kind) \(count)</label>"
      }.joined(separator: " ") + "</p>"
  }

  private static func picture(_ page: PagePicture, _ document: ParsedDocument, _ elements: [Int]) -> String {
    var html = "<div class=page><div class=sheet><img loading=lazy alt=\"page \(page.number)\" src=\"\(page.dataURL)\">"
    for index in elements {
      let element = document.elements[index]
      guard let box = element.box else { continue }
      func share(_ value: Double, _ whole: Double) -> String {
        let tenths = Int(clamping: (value / max(1, whole) * 1000).rounded())
        return "\(Double(tenths) / 10)%"
      }
      html +=
        "<a class=\"box \(element.kind.rawValue)\" data-e=\(index) style=\"left:\(share(box.left - 2, page.width));top:\(share(box.top - 1, page.height));width:\(share(box.width + 4, page.width));height:\(share(box.height + 2, page.height))\" data-tip=\"\(Markup.escaped(tip(element)))\"><b>\(label(element))</b></a>"
    }
    return html + "</div></div>"
  }

  private static func label(_ element: DocumentElement) -> String {
    element.kind.rawValue + (element.level.map { " \($0)" } ?? "")
  }

  private static func tip(_ element: DocumentElement) -> String {
    var lines = [label(element)]
    if let reason = element.reason { lines.append(reason) }
    if let table = element.table {
      lines.append("\(Units.counted(table.rowCount, "row")), \(Units.counted(table.columnCount, "column"))")
    }
    if !element.sectionPath.isEmpty { lines.append(element.sectionPath.joined(separator: " › ")) }
    let text = element.text
    if !text.isEmpty { lines.append(text.count > 300 ? text.prefix(300) + "…" : text) }
    return lines.joined(separator: "\n")
  }

  private static func text(_ element: DocumentElement, _ index: Int) -> String {
    var inner: String
    if let table = element.table {
      inner = table.html
    } else if element.kind == .code {
      inner = "<pre>\(Markup.escaped(element.text))</pre>"
    } else if element.kind == .title {
      let level = max(1, min(6, element.level ?? 1))
      inner = "<h\(level)>\(Markup.escaped(element.text))</h\(level)>"
    } else {
      inner = "<p>\(Markup.escaped(element.text))</p>"
    }
    for link in element.links { inner += "<small>→ \(Markup.escaped(link.text)): \(Markup.escaped(link.url))</small>" }
    if let reason = element.reason { inner += "<i>\(Markup.escaped(reason))</i>" }
    let indent = element.kind == .listItem ? " style=\"margin-left:\(max(0, (element.level ?? 1) - 1) * 24)px\"" : ""
    return "<div class=\"element \(element.kind.rawValue)\" data-e=\(index)\(indent)>\(inner)</div>"
  }

  private static let style = """
    :root{color-scheme:light dark;--title:#c2255c;--text:#1971c2;--list_item:#2f9e44;--table:#e8590c;--code:#6741d9;--caption:#0c8599;--footnote:#868e96;--quote:#66a80f}
    body{margin:0;font:15px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
    header{padding:12px 20px;border-bottom:1px solid #8884;position:sticky;top:0;background:Canvas;z-index:9}
    header h1{font-size:18px;margin:0}header p{margin:2px 0;font-size:13px;opacity:.85}
    .legend label{margin-right:10px;padding:1px 8px;border-radius:10px;border:2px solid var(--c);cursor:pointer}
    .title{--c:var(--title)}.text{--c:var(--text)}.list_item{--c:var(--list_item)}.table{--c:var(--table)}.code{--c:var(--code)}.caption{--c:var(--caption)}.footnote{--c:var(--footnote)}.quote{--c:var(--quote)}
    section{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:24px;padding:16px 20px;border-bottom:1px solid #8884}
    .page:empty{display:none}.page:empty+.text{grid-column:1/3}
    .sheet{position:relative;position:sticky;top:110px}.sheet img{width:100%;display:block;box-shadow:0 1px 6px #0006;background:#fff}
    .box{position:absolute;border:1.5px solid var(--c);background:color-mix(in srgb,var(--c) 10%,transparent);box-sizing:border-box;cursor:pointer}
    .box b{position:absolute;right:100%;top:-1px;white-space:nowrap;font:600 9px system-ui;color:#fff;background:var(--c);padding:0 3px;opacity:.85}
    .box.on,.element.on{outline:3px solid var(--c);z-index:5}.box.on{background:color-mix(in srgb,var(--c) 28%,transparent)}
    .element{border-left:4px solid var(--c);padding:2px 10px;margin:6px 0;overflow-x:auto}
    .element p,.element pre,.element h1,.element h2,.element h3,.element h4,.element h5,.element h6{margin:0}
    .element h1{font-size:22px}.element h2{font-size:19px}.element h3{font-size:17px}.element h4,.element h5,.element h6{font-size:15px}
    .element i{display:block;font-size:11px;opacity:.6}.element small{display:block;font-size:11px;color:var(--text);word-break:break-all}
    .text>h2{font-size:13px;opacity:.6;margin:0}
    table{border-collapse:collapse;font-size:13px}td,th{border:1px solid #8886;padding:2px 6px;vertical-align:top;text-align:left}th{background:#8882}
    pre{font:12px/1.35 ui-monospace,monospace}
    #tip{position:fixed;max-width:420px;background:#212529;color:#f8f9fa;font-size:12px;padding:8px 10px;border-radius:6px;white-space:pre-wrap;pointer-events:none;z-index:20}
    .off{display:none}
    """

  private static let script = """
    const tip=document.getElementById('tip');const mark=(e,on)=>document.querySelectorAll('[data-e="'+e+'"]').forEach(n=>n.classList.toggle('on',on));
    document.querySelectorAll('[data-e]').forEach(n=>{
      n.addEventListener('mouseenter',()=>{mark(n.dataset.e,true);if(n.dataset.tip){tip.textContent=n.dataset.tip;tip.hidden=false}});
      n.addEventListener('mousemove',v=>{tip.style.left=Math.min(v.clientX+14,innerWidth-440)+'px';tip.style.top=Math.min(v.clientY+14,innerHeight-tip.offsetHeight-8)+'px'});
      n.addEventListener('mouseleave',()=>{mark(n.dataset.e,false);tip.hidden=true});
      n.addEventListener('click',()=>{const o=[...document.querySelectorAll('[data-e="'+n.dataset.e+'"]')].find(x=>x!==n);if(o)o.scrollIntoView({block:'center',behavior:'smooth'})});
    });
    document.querySelectorAll('.legend input').forEach(i=>i.addEventListener('change',()=>document.querySelectorAll('.box.'+i.value+',.element.'+i.value).forEach(n=>n.classList.toggle('off',!i.checked))));
    """
}
