import Testing

@testable import Documents

/// Forms read as people fill them in.
@Suite struct HTMLFormTests {
  private func texts(_ page: String) throws -> [String] {
    try HTMLReader.elements(utf8: Array(page.utf8)).map { $0.table?.markdown ?? $0.text }
  }

  private func form(_ inside: String) throws -> [String] {
    try texts("<form method=post><input type=text>\(inside)</form>")
  }

  @Test func aFieldStandsBehindItsLabel() throws {
    #expect(try form("<p><label for=n>Name</label> <input id=n value=Jane></p>") == ["Name: Jane"])
    #expect(try form("<label>Age: <input type=number value=41></label>") == ["Age: 41"])
    #expect(try form("<div><label for=n>Name</label></div><div><input id=n value=Jane></div>") == ["Name: Jane"])
    #expect(try form("<p><label for=n>Name <b>*</b></label><input id=n value=Jane></p>") == ["Name *: Jane"])
    #expect(try form("<p><label for=n>Name</label><b>*</b> <input id=n value=Jane></p>") == ["Name*: Jane"])
    #expect(
      try form("<label>First <input value=A></label> <label>Last <input value=B></label>") == ["First: A\nLast: B"])
    #expect(try form("<input aria-label=Town value=Ghent>") == ["Town: Ghent"])
    #expect(try form("<p><label for=t>Wish</label> <textarea id=t>Ring\ntwice.</textarea>") == ["Wish: Ring twice."])
    #expect(try form("<dl><dt>Street<dd><input value='Main St 1'></dl>") == ["Street: Main St 1"])
    #expect(try form("<p>I, <input value=Jane>, agree.") == ["I, Jane, agree."])
    #expect(try form("<p><label for=n>Name</label> <input id=n placeholder=Yours>") == ["Name"])
    // In tables the label is the cell before.
    #expect(
      try form("<table><tr><th>Field<th>Value<tr><td><label for=n>Name</label><td><input id=n value=Jane></table>")
        == ["| Field | Value |\n| --- | --- |\n| Name | Jane |"])
  }

  @Test func whatIsForMachinesStaysUnread() throws {
    let fields = ["hidden", "password", "submit", "button", "reset", "image", "file", "search"]
    for type in fields {
      #expect(try form("<p><label for=x>Label</label> <input id=x type=\(type) value=SECRET>") == ["Label"])
    }
    #expect(try form("<button>Send</button><p>Text.") == ["Text."])
    #expect(try form("<input list=d value=a><datalist id=d><option>b<option>c</datalist>") == ["a"])
    // The search of a page is none of its text.
    #expect(try texts("<nav>x</nav><form><input name=q value=shoes></form>").first == "x")
  }

  @Test func boxesStandBeforeTheirLabels() throws {
    #expect(
      try form("<label><input type=radio checked> A</label> <label><input type=radio> B</label>") == ["[x] A [ ] B"])
    #expect(try form("<label for=c>Agreed</label> <input type=checkbox id=c checked>") == ["[x] Agreed"])
    #expect(try form("<div><input type=checkbox id=c></div><div><label for=c>Agreed</label></div>") == ["[ ] Agreed"])
    #expect(
      try form("<table><tr><th>What<th>Done<tr><td><label for=c>Agreed</label><td><input type=checkbox id=c></table>")
        == ["| What | Done |\n| --- | --- |\n| Agreed | [ ] |"])
    #expect(
      try form("<fieldset><legend>Post</legend><label><input type=radio checked> Fast</label></fieldset>")
        == ["Post:", "[x] Fast"])
  }

  @Test func whatIsChosen() throws {
    let many = (0..<200).map { "<option>Option \($0)</option>" }.joined()
    #expect(try form("<label for=s>Kind</label> <select id=s>\(many)<option selected>Last</select>") == ["Kind: Last"])
    #expect(try form("<label for=s>Kind</label> <select id=s>\(many)</select>") == ["Kind: Option 0"])
    #expect(try form("<label for=s>Kind</label> <select id=s><option value=''>Choose…<option>A</select>") == ["Kind"])
    #expect(
      try form(
        "<label>Days <select multiple><option selected>Mo<option>Tu<optgroup label=x><option selected>We</select>")
        == ["Days: Mo, We"])
    #expect(try form("<p><label for=o>Sum</label> <output id=o>42 €</output>") == ["Sum: 42 €"])
    #expect(try form("<label>Done <progress value=70 max=100>70 percent</progress></label>") == ["Done: 70 percent"])
    #expect(try form("<label>Disk <meter value=6 max=10></meter></label>") == ["Disk: 6/10"])
  }
}
