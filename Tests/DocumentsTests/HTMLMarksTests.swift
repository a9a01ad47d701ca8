import Testing

@testable import Documents

/// What a page shows in another way than its letters stand.
@Suite struct HTMLMarksTests {
  private func lines(_ body: String) throws -> [String] {
    outline(try HTMLReader.read(Array("<html lang=en><body>\(body)</body></html>".utf8), charset: "utf-8"))
  }

  @Test(arguments: [
    (
      "<p>500<sup><a href='#n'>1</a></sup> people, 10<sup>6</sup> trees, H<sub>2</sub>O",
      "text 500[1] people, 10^6 trees, H2O"
    ),
    ("<p>told<a href='#fn1' class='footnote-ref'><sup>1</sup></a> so", "text told[1] so"),
    ("<p>told <a role='doc-noteref' href='#n2'>2</a> so", "text told [2] so"),
    ("<p>half is 5<sup>1</sup>&frasl;<sub>2</sub> tons", "text half is 5 1/2 tons"),
    ("<p>Unter&shy;nehmen", "text Unternehmen"),
    ("<p><ruby>東<rp>(</rp><rt>とう</rt>京<rt>きょう</rt></ruby>へ", "text 東京(とうきょう)へ"),
    ("<p>It is <del>40</del> <ins>55</ins> crowns", "text It is ~~40~~ 55 crowns"),
    ("<s><p>old</p><p>older</p></s>", "text ~~old~~"),
    ("<p>She said <q>no</q>.", "text She said “no”."),
    ("<p>It is <img src=g.png alt=green> now", "text It is green now"),
    ("<p><img src=g.png alt='A photo'> below", "text below"),
    ("<p>energy <math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>", "text energy E = mc^2"),
    (
      "<p>half <math><mfrac><mn>1</mn><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>", "text half 1/(n + 1)"
    ),
    ("<p><math alttext='{\\displaystyle x^{2}}'><mi>x</mi></math> it is", "text x^{2} it is"),
    ("<div role=heading aria-level=3>Locks</div><p>x", "title3 Locks"),
    ("<h3><button>Why?</button></h3><p>x", "title3 Why?"),
    ("<p>[vc_row full_width=\"stretch\"]Words[/vc_row] [1] [sic]", "text Words [1] [sic]"),
    ("<p>See <code>[vc_row]</code>", "text See [vc_row]"),
    ("<p>A note. <a href='#r1'>&#8617;</a>", "text A note."),
    // Marks of notes that a style raises; numbers of figures and pages are none.
    ("<p>He paid 500<a href='#n1'>1</a> crowns.<a href='#n2'>2</a>", "text He paid 500[1] crowns.[2]"),
    (
      "<p>10<span style='font-size: 8px; Vertical-Align: super'>6</span> CO<i style='vertical-align:sub'>2</i>",
      "text 10^6 CO2"
    ),
    ("<p>See Fig.<a href='#f1'>1</a>, (<a href='#f2'>2</a>) and <a href='#f3'>3</a>", "text See Fig.1, (2) and 3"),
    ("<p><a href='#p1'>1</a><a href='#p2'>2</a><a href='#p3'>3</a> pages", "text 123 pages"),
    ("<p>H<a href='/water'>2</a>O", "text H2O"),
    // Boxes to tick, but for those that only open menus.
    ("<ul><li><input type=checkbox disabled checked> Oil the gate", "list_item1 - [x] Oil the gate"),
    ("<form><p><input type='CHECKBOX' id=w> <label for=w>Water</label>", "text [ ] Water"),
    ("<p><label><input type=radio checked>By boat</label>", "text [x] By boat"),
    ("<p><input type=checkbox id=menu><label for=menu>Menu</label>", "text Menu"),
    ("<nav>a b</nav><form><p><input type=radio checked> Cheapest first</form>", "text Cheapest first"),
    ("<nav>a b</nav><form><p><input type=radio checked> By boat<p>Name <input></form>", "text [x] By boat"),
    ("<form><p><input type=text value=x> Name", "text x Name"),
  ])
  func marks(_ body: String, _ first: String) throws { #expect(try lines(body).first == first) }

  @Test func listsHaveTheNumbersThatAreShown() throws {
    #expect(
      try lines(
        "<ol type=a><li>x<li>y</ol><ol reversed><li>x<li>y</ol><ol type=I start=4><li>x</ol><ol><li value=7>x<li>y</ol>"
      )
        == [
          "list_item1 a. x", "list_item1 b. y", "list_item1 2. x", "list_item1 1. y", "list_item1 IV. x",
          "list_item1 7. x",
          "list_item1 8. y",
        ])
    #expect(try lines("<ol style='list-style-type: lower-roman'><li>x<li>y</ol>").last == "list_item1 ii. y")
  }

  @Test func aTableInACellDoesNotDissolveTheTable() throws {
    let inner = "<table><tr><th>Role<th>Count</tr><tr><td>Deck<td>7</tr><tr><td>Engine<td>4</tr></table>"
    #expect(
      try lines("<table><tr><th>Ship<th>Crew</tr><tr><td>Alba<td>\(inner)</tr><tr><td>Brise<td>none</tr></table>")
        == [
          "table | Ship | Crew |\n| --- | --- |\n| Alba | Role: Deck, Count: 7; Role: Engine, Count: 4 |\n| Brise | none |"
        ])
  }

  @Test func numbersOfLinesAreNoCode() throws {
    let code = "code import os\nx = 1"
    #expect(
      try lines(
        "<table class=highlighttable><tr><td class=linenos><pre>1\n2</pre><td class=code><pre>import os\nx = 1</pre></table>"
      )
        == [code])
    #expect(
      try lines(
        "<table><tr><td class=blob-num>1<td class=blob-code>import os<tr><td class=blob-num>2<td class=blob-code>x = 1</table>"
      )
        == [code])
    #expect(try lines("<pre><span class=lineno>1 </span>import os\n<span class=lineno>2 </span>x = 1</pre>") == [code])
    #expect(try lines("<pre><div>import os</div><div>x = 1</div></pre>") == [code])
    // A table of numbers is no program.
    #expect(try lines("<table><tr><td>1<td>a<tr><td>2<td>b</table>").first?.hasPrefix("table") == true)
  }

  @Test func whatIsHiddenIsNoTextUnlessItCanBeOpened() throws {
    let text = "<p>\(String(repeating: "The gates are open. ", count: 9))</p>"
    #expect(
      try lines("\(text)<p hidden>secret<p style='color:red;display: none'>secret<p aria-hidden=true>shown")
        .filter { $0.contains("secret") || $0.contains("shown") } == ["text shown"])
    let answer = "It lasts two years from the day on which it was given."
    #expect(
      try lines("\(text)<button aria-expanded=false aria-controls=a>How long?</button><div id=a hidden>\(answer)</div>")
        .suffix(2)
        == ["text How long?", "text \(answer)"])
    #expect(
      try lines("\(text)<div class='accordion-body' style='display:none'>\(answer)</div>").last == "text \(answer)")
    // All of it waits for a script.
    #expect(try lines("<div style='display:none'>\(text)</div>").count == 1)
  }

  @Test func aSmallPageWithoutFurnitureIsKeptWhole() throws {
    let page =
      "<h1>The harbour</h1><p>It is open from six in the morning until ten at night, every day of the week, to all.</p>"
      + "<button aria-expanded=false aria-controls=a>Privacy</button><div id=a hidden>All rights reserved.</div>"
      + "<button aria-expanded=false aria-controls=b>Mail</button><div id=b hidden><a href=/s>Subscribe</a> by mail</div>"
    #expect(try lines(page).suffix(2) == ["text All rights reserved.", "text Subscribe by mail"])
  }

  /// React sends what it was waiting for behind the rest, hidden until a script puts it in its place; scripts are no
  /// text that the page could hide.
  @Test func whatIsStreamedBehindThePageIsShown() throws {
    let text = "<p>\(String(repeating: "The gates are open. ", count: 9))</p>"
    #expect(try lines("\(text)<div hidden id='S:1a'><p>It waited.</div>").last == "text It waited.")
    #expect(!(try lines("\(text)<div hidden id='S:x'><p>It waited.</div>").contains("text It waited.")))
    let script = "<script>\(String(repeating: "let gate = 1;", count: 90))</script>"
    #expect(try lines("<p>Wait</p><div style='display:none'>\(text)</div>\(script)").count == 2)
  }

  @Test func labelsThatAreWrong() {
    func decoded(_ bytes: [UInt8], _ label: String) -> String {
      String(decoding: TextDecoding.decode(bytes, declared: [label]).text, as: UTF8.self)
    }
    #expect(decoded(Array("港务处登记每一艘".utf8), "gb2312") == "港务处登记每一艘")
    #expect(decoded([0x63, 0x61, 0x66, 0xE9, 0x93], "ANSI_X3.4-1968") == "café“")
    #expect(decoded([0xC1, 0xAA, 0xCD, 0xA8], "gbk") == "联通", "two letters are UTF-8 by chance")
  }
}
