import Testing

@testable import Documents

/// Raised and lowered signs do not become digits of the number before them.
@Suite struct ScriptTextTests {
  @Test(arguments: [
    ("500", "1", "500^1"), ("10", "6", "10^6"), ("10", "-3", "10^-3"), ("km", "2", "km^2"), ("x", "n+1", "x^(n+1)"),
    ("trees", "3", "trees[3]"), ("end.", "12", "end.[12]"), ("harbour", "1,2", "harbour[1,2]"), ("1", "st", "1st"),
    ("Sluice", "TM", "SluiceTM"), ("Sluice", "®", "Sluice®"), ("M", "me", "Mme"), ("e", "x", "e^x"),
    ("(a+b)", "2", "(a+b)^2"),
    ("500 ", "1", "500 [1]"), ("", "1", "1"), ("10", "⁶", "10⁶"), ("told", "[4]", "told[4]"), ("Ca", "2+", "Ca^2+"),
  ])
  func raised(_ before: String, _ inner: String, _ whole: String) {
    #expect(before + ScriptText.written(inner, .raised, after: before) == whole)
  }

  @Test(arguments: [
    ("H", "2", "H2"), ("x", "i", "x_i"), ("10", "2", "10_2"), ("V", "max", "V_max"), ("a", "i+1", "a_(i+1)"),
  ])
  func lowered(_ before: String, _ inner: String, _ whole: String) {
    #expect(before + ScriptText.written(inner, .lowered, after: before) == whole)
  }

  @Test func notesAndFractions() {
    #expect(ScriptText.written("1", .note, after: "500") == "[1]")
    #expect(ScriptText.written("*", .note, after: "500") == "*")
    #expect(ScriptText.fraction("5^1⁄") == "5 1/")
    #expect(ScriptText.fraction("1/") == "1/")
    #expect(ScriptText.fraction("and/") == nil)
    var text = ScriptedText("")
    for (part, role) in [
      ("It holds 5", nil), ("1", ScriptText.Role.raised), ("⁄", nil), ("2", .lowered), (" tons", nil),
    ] {
      text.append(part, role)
    }
    #expect(text.text == "It holds 5 1/2 tons")
  }
}
