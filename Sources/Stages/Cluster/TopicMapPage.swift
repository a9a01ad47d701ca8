import Evidence
import Formats
import Foundations

/// The map as a page: hover, search, zoom, click to the source. One file without anything from elsewhere.
struct TopicMapPage {
  private let map: TopicMap

  init(_ map: TopicMap) { self.map = map }

  var text: String {
    Self.template
      .replacing("@@TITLE@@", with: Markup.escaped(map.title))
      .replacing("@@LIGHT@@", with: TopicMapSVG.palette(TopicColors.light))
      .replacing("@@DARK@@", with: TopicMapSVG.palette(TopicColors.dark))
      .replacing("@@DATA@@", with: data)
  }

  /// Rows are arrays: names would take more room than values. `<` is escaped, so that no text can end the script.
  private var data: String {
    let snippet = map.dots.count > 5000 ? 90 : 200
    // Sources and sections stand in a list once.
    var numbers: [ExactText: Int] = [:]
    var texts: [JSONValue] = []
    func number(_ text: String?) -> JSONValue {
      guard let text, !text.isEmpty else { return JSONValue(-1) }
      if let known = numbers[ExactText(text)] { return JSONValue(known) }
      numbers[ExactText(text)] = texts.count
      texts.append(.string(text))
      return JSONValue(texts.count - 1)
    }
    let dots: [JSONValue] = map.dots.map { dot in
      [
        JSONValue(Int(clamping: dot.x.rounded())), JSONValue(Int(clamping: dot.y.rounded())), JSONValue(dot.topic),
        number(dot.chunk.title ?? dot.chunk.documentID), number(dot.chunk.sectionPath), number(dot.chunk.url),
        JSONValue(dot.chunk.page ?? 0), .string(ChunkText.snippet(dot.chunk.text, limit: snippet)),
      ]
    }
    let topics: [JSONValue] = map.topics.map { topic in
      [
        .string(topic.label), JSONValue(topic.size), .double(ClusterRecords.rounded(topic.hotScore)),
        JSONValue(topic.color),
        JSONValue(Int(clamping: topic.x)), JSONValue(Int(clamping: topic.y)), .string(topic.change ?? ""),
      ]
    }
    let object: JSONObject = [
      "width": JSONValue(Int(clamping: TopicMap.width)), "height": JSONValue(Int(clamping: TopicMap.height)),
      "chunks": JSONValue(map.chunks), "texts": .array(texts), "topics": .array(topics), "dots": .array(dots),
    ]
    return ScriptData.json(.object(object))
  }

  private static let template = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
    <title>Topics of @@TITLE@@</title>
    <style>
    :root { color-scheme: light; --paper: #fcfcfa; --panel: #ffffff; --ink: #1b1f24; --dim: #66707a; --line: #e2e5e8; --noise: #b9bfc6; @@LIGHT@@ }
    :root.dark { color-scheme: dark; --paper: #14171b; --panel: #1d2126; --ink: #eceff2; --dim: #98a2ad; --line: #30363d; --noise: #454c55; @@DARK@@ }
    * { box-sizing: border-box }
    body { margin: 0; height: 100vh; display: grid; grid-template-columns: minmax(0, 1fr) 320px; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif }
    main { position: relative; min-width: 0 }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; cursor: grab; touch-action: none }
    aside { border-left: 1px solid var(--line); background: var(--panel); display: flex; flex-direction: column; min-height: 0 }
    header { padding: 16px 16px 12px; border-bottom: 1px solid var(--line) }
    h1 { font-size: 18px; margin: 0 0 2px; display: flex; justify-content: space-between; gap: 8px; overflow-wrap: anywhere }
    p { margin: 0; color: var(--dim) }
    input { width: 100%; margin-top: 10px; padding: 7px 10px; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 7px }
    button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; text-align: left }
    #theme { color: var(--dim); font-size: 13px; font-weight: 400 }
    ol { list-style: none; margin: 0; padding: 6px; overflow: auto; flex: 1 }
    li button { display: grid; grid-template-columns: 12px 1fr auto; gap: 8px; width: 100%; padding: 5px 8px; border-radius: 6px; align-items: baseline }
    li button:hover, li button:focus-visible, li button[aria-pressed=true] { background: var(--paper); outline: 1px solid var(--line) }
    li i { width: 10px; height: 10px; border-radius: 50% }
    li small, #tip small { color: var(--dim) }
    li em { font-style: normal; font-size: 11px; border: 1px solid var(--line); border-radius: 9px; padding: 0 6px; margin-left: 4px; color: var(--dim) }
    #tip { position: absolute; max-width: 360px; padding: 10px 12px; border-radius: 9px; background: var(--panel); border: 1px solid var(--line); box-shadow: 0 6px 24px #0003; pointer-events: none; display: none; overflow-wrap: anywhere }
    #tip b { display: block }
    @media (max-width: 760px) { body { grid-template-columns: 1fr; grid-template-rows: 60vh 1fr } aside { border-left: 0; border-top: 1px solid var(--line) } }
    </style>
    </head>
    <body>
    <main><canvas id="map" role="img" aria-label="Map of the topics"></canvas><div id="tip"></div></main>
    <aside>
    <header><h1>@@TITLE@@ <button id="theme" type="button">dark</button></h1><p id="count"></p>
    <input id="search" type="search" placeholder="Search chunks and topics" aria-label="Search"></header>
    <ol id="list"></ol>
    </aside>
    <script>
    "use strict";
    const data = @@DATA@@;
    const topics = data.topics.map(t => ({label: t[0], size: t[1], hot: t[2], color: t[3], x: t[4], y: t[5], change: t[6]}));
    const text = i => i < 0 ? "" : data.texts[i];
    const dots = data.dots.map(d => ({x: d[0], y: d[1], topic: d[2], title: d[3], section: d[4], url: d[5], page: d[6], snippet: d[7], hit: true}));
    const canvas = document.getElementById("map"), context = canvas.getContext("2d"), tip = document.getElementById("tip");
    const root = document.documentElement, themeButton = document.getElementById("theme");
    let scale = 1, left = 0, top_ = 0, over = null, chosen = -1, colors = [], css = null, width = 0, height = 0;

    function theme(dark) {
      root.classList.toggle("dark", dark);
      themeButton.textContent = dark ? "light" : "dark";
      css = getComputedStyle(root);
      colors = Array.from({length: 8}, (_, i) => css.getPropertyValue("--c" + i).trim());
    }
    function fit() {
      const box = canvas.parentElement.getBoundingClientRect(), ratio = devicePixelRatio || 1;
      width = box.width; height = box.height;
      canvas.width = width * ratio; canvas.height = height * ratio;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    function home() {
      scale = Math.min(width / data.width, height / data.height) * .96;
      left = (width - data.width * scale) / 2; top_ = (height - data.height * scale) / 2;
    }
    const px = d => d.x * scale + left, py = d => d.y * scale + top_;
    const shown = d => d.hit && (chosen < 0 || d.topic === chosen);
    function draw() {
      context.clearRect(0, 0, width, height);
      const zoom = scale / (Math.min(width / data.width, height / data.height) || 1);
      const r = Math.min(7, 2.3 * Math.sqrt(zoom)), glow = Math.min(60, 16 * Math.sqrt(zoom));
      const ink = css.getPropertyValue("--ink"), paper = css.getPropertyValue("--paper"), noise = css.getPropertyValue("--noise");
      if (dots.length <= 8000) {
        context.globalAlpha = .035;
        for (const d of dots) if (d.topic >= 0 && shown(d)) { context.fillStyle = colors[topics[d.topic].color]; circle(px(d), py(d), glow); }
      }
      for (const d of dots) {
        const is = shown(d);
        context.globalAlpha = is ? (d.topic < 0 ? .55 : .85) : .07;
        context.fillStyle = d.topic < 0 ? noise : colors[topics[d.topic].color];
        circle(px(d), py(d), d.topic < 0 ? r * .7 : r);
      }
      context.globalAlpha = 1;
      if (over) { context.strokeStyle = ink; context.lineWidth = 2; context.beginPath(); context.arc(px(over), py(over), r + 3, 0, 7); context.stroke(); }
      const boxes = [], largest = Math.max(1, ...topics.map(t => t.size));
      context.textAlign = "center"; context.lineJoin = "round";
      const order = topics.map((t, i) => i).sort((a, b) => (b === chosen) - (a === chosen) || topics[b].size - topics[a].size);
      for (const i of order) {
        const t = topics[i];
        if (chosen >= 0 && i !== chosen) continue;
        if (chosen < 0 && !t.hits) continue;
        const size = 11 + 6 * Math.sqrt(t.size / largest), x = px(t), y = py(t);
        if (x < -50 || y < -20 || x > width + 50 || y > height + 20) continue;
        const words = short(t.label);
        context.font = "600 " + size + "px system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";
        const w = context.measureText(words).width;
        for (const shift of [0, -1.2, 1.2, -2.4, 2.4, 3.6, -3.6]) {
          const cx = Math.min(Math.max(x, w / 2 + 6), width - w / 2 - 6), cy = y + shift * size;
          const box = [cx - w / 2 - 3, cy - size, cx + w / 2 + 3, cy + size * .35];
          if (boxes.some(b => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) continue;
          boxes.push(box);
          context.strokeStyle = paper; context.lineWidth = 4; context.strokeText(words, cx, cy);
          context.fillStyle = ink; context.fillText(words, cx, cy);
          break;
        }
      }
    }
    function circle(x, y, r) { if (x < -r || y < -r || x > width + r || y > height + r) return; context.beginPath(); context.arc(x, y, r, 0, 6.3); context.fill(); }
    function short(label) { const parts = label.split(", "); let words = parts[0] || ""; if (parts[1] && (words + parts[1]).length <= 34) words += ", " + parts[1]; return words.length > 36 ? words.slice(0, 35) + "…" : words; }
    let waiting = false;
    function redraw() { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); } }

    function nearest(x, y) {
      let best = null, least = 14 * 14;
      for (const d of dots) { if (!shown(d)) continue; const dx = px(d) - x, dy = py(d) - y, s = dx * dx + dy * dy; if (s < least) { least = s; best = d; } }
      return best;
    }
    function link(d) { const url = text(d.url); return /^https?:\/\//i.test(url) ? url + (d.page && /\.pdf$/i.test(url) ? "#page=" + d.page : "") : ""; }
    function show(d, x, y) {
      tip.replaceChildren();
      if (!d) { tip.style.display = "none"; return; }
      const line = (name, words) => { if (!words) return; const node = document.createElement(name); node.textContent = words; tip.append(node); if (name === "small") tip.append(document.createElement("br")); };
      line("b", text(d.title) + (d.page ? ", page " + d.page : ""));
      line("small", text(d.section));
      line("span", d.snippet);
      tip.append(document.createElement("br"));
      line("small", (d.topic < 0 ? "in no topic" : topics[d.topic].label) + (link(d) ? " · click to open" : text(d.url) ? " · " + text(d.url) : ""));
      tip.style.display = "block";
      const w = tip.offsetWidth, h = tip.offsetHeight;
      tip.style.left = Math.max(4, x + 16 + w > width ? x - w - 16 : x + 16) + "px";
      tip.style.top = Math.max(4, Math.min(y + 16, height - h - 8)) + "px";
    }
    let drag = null;
    canvas.addEventListener("pointerdown", e => { drag = {x: e.offsetX, y: e.offsetY, left, top_, moved: false}; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointermove", e => {
      if (drag) {
        const dx = e.offsetX - drag.x, dy = e.offsetY - drag.y;
        if (Math.abs(dx) + Math.abs(dy) > 4) drag.moved = true;
        if (drag.moved) { left = drag.left + dx; top_ = drag.top_ + dy; over = null; show(null); redraw(); return; }
      }
      const d = nearest(e.offsetX, e.offsetY);
      canvas.style.cursor = d && link(d) ? "pointer" : "grab";
      if (d !== over) { over = d; redraw(); }
      show(d, e.offsetX, e.offsetY);
    });
    canvas.addEventListener("pointerup", e => {
      const moved = drag && drag.moved; drag = null;
      if (moved) return;
      const d = nearest(e.offsetX, e.offsetY), url = d && link(d);
      if (url) window.open(url, "_blank", "noopener");
    });
    canvas.addEventListener("pointerleave", () => { over = null; show(null); redraw(); });
    canvas.addEventListener("wheel", e => {
      e.preventDefault();
      const by = Math.exp(-e.deltaY * .0015), next = Math.min(60, Math.max(.1, scale * by)), k = next / scale;
      left = e.offsetX - (e.offsetX - left) * k; top_ = e.offsetY - (e.offsetY - top_) * k; scale = next; redraw();
    }, {passive: false});
    canvas.addEventListener("dblclick", () => { home(); redraw(); });

    const list = document.getElementById("list");
    topics.forEach((t, i) => {
      const item = document.createElement("li"), button = document.createElement("button"), dot = document.createElement("i"), name = document.createElement("span"), size = document.createElement("small");
      dot.style.background = "var(--c" + t.color + ")";
      name.textContent = t.label; size.textContent = t.size; button.title = "hot score " + t.hot;
      if (t.change && t.change !== "continued") { const mark = document.createElement("em"); mark.textContent = t.change === "born" ? "new" : t.change; name.append(mark); }
      button.append(dot, name, size); button.type = "button"; button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => { chosen = chosen === i ? -1 : i; press(); redraw(); });
      item.append(button); list.append(item); t.item = item; t.button = button;
    });
    function press() { topics.forEach((t, i) => t.button.setAttribute("aria-pressed", String(i === chosen))); }
    const search = document.getElementById("search"), count = document.getElementById("count");
    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const t of topics) t.hits = 0;
      let hits = 0;
      for (const d of dots) {
        const hay = words.length ? ((d.topic < 0 ? "" : topics[d.topic].label) + " " + text(d.title) + " " + text(d.section) + " " + d.snippet).toLowerCase() : "";
        d.hit = words.every(w => hay.includes(w));
        if (d.hit) { hits++; if (d.topic >= 0) topics[d.topic].hits++; }
      }
      for (const t of topics) t.item.hidden = !t.hits;
      const thin = dots.length < data.chunks ? " (" + dots.length.toLocaleString() + " drawn)" : "";
      count.textContent = words.length ? hits.toLocaleString() + " of " + dots.length.toLocaleString() + " chunks" : topics.length.toLocaleString() + " topics, " + data.chunks.toLocaleString() + " chunks" + thin;
      redraw();
    }
    search.addEventListener("input", filter);
    themeButton.addEventListener("click", () => { theme(!root.classList.contains("dark")); redraw(); });
    addEventListener("resize", () => { fit(); home(); redraw(); });
    theme(matchMedia("(prefers-color-scheme: dark)").matches); fit(); home(); filter();
    </script>
    </body>
    </html>

    """#
}
