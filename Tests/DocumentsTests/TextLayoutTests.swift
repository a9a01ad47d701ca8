import TestSupport
import Testing

@testable import Documents

/// Plain text as people set it.
@Suite struct TextLayoutTests {
  private func lines(_ text: String) -> [String] { outline(PlainTextReader.read(utf8: Array(text.utf8))) }

  private static let fruit =
    "table | id | name | price |\n| --- | --- | --- |\n| 1 | Apple | 0.50 |\n| 2 | Pear | 0.75 |"

  @Test(
    arguments: [
      "+----+-------+-------+\n| id | name  | price |\n+----+-------+-------+\n|  1 | Apple |  0.50 |\n|  2 | Pear  |  0.75 |\n+----+-------+-------+\n",
      "+----+-------+-------+\n| id | name  | price |\n+====+=======+=======+\n|  1 | Ap-   |  0.50 |\n+----+-------+-------+\n|  2 | Pear  |  0.75 |\n+----+-------+-------+\n"
        .replacing("Ap-  ", with: "Apple"),
      " id | name  | price \n----+-------+-------\n  1 | Apple |  0.50\n  2 | Pear  |  0.75\n",
      "| id | name | price |\n|----+------+-------|\n| 1 | Apple | 0.50 |\n| 2 | Pear | 0.75 |\n",
      "id  name   price\n--  -----  -----\n1   Apple   0.50\n2   Pear    0.75\n",
      "==  =====  =====\nid  name   price\n==  =====  =====\n1   Apple   0.50\n\n2   Pear    0.75\n==  =====  =====\n",
      "id    name     price\n1     Apple     0.50\n2     Pear      0.75\n",
      "id\tname\tprice\n1\tApple\t0.50\n2\tPear\t0.75\n",
      "┌────┬───────┬───────┐\n│ id │ name  │ price │\n├────┼───────┼───────┤\n│  1 │ Apple │  0.50 │\n│  2 │ Pear  │  0.75 │\n└────┴───────┴───────┘\n",
    ])
  func tables(_ text: String) { #expect(lines(text) == [Self.fruit]) }

  @Test func tablesAmongOtherLines() {
    #expect(
      lines("db=> select 1;\n id | x \n----+---\n  1 | a\n(1 row)\n")
        == ["code db=> select 1;", "table | id | x |\n| --- | --- |\n| 1 | a |", "text (1 row)"])
    #expect(
      lines(
        "+---+-------+\n| a | two   |\n|   | lines |\n+---+-------+\n| b   spans |\n+---+-------+\n| c | d     |\n+---+-------+\n"
      )
        == ["table | a | two lines |\n| --- | --- |\n| b spans | b spans |\n| c | d |"])
    #expect(lines("品名    価格\n------  ----\n林檎    100\n") == ["table | 品名 | 価格 |\n| --- | --- |\n| 林檎 | 100 |"])
    // Gaps of justified lines are no columns, and neither is a frame.
    let prose =
      "These lines   were  set to one width\nby a program that   puts more spaces\nbetween   words than   it should do."
    #expect(lines(prose).first?.hasPrefix("text These lines were set") == true)
    #expect(lines("+------+\n| Note |\n+------+\n") == ["text Note"])
    #expect(lines("project\n├── src\n│   └── a.c\n└── README\n").first?.hasPrefix("code project\n├── src") == true)
  }

  @Test func messages() {
    #expect(
      lines(
        "Max wrote:\n> I think\n> so.\n>> Why?\n> Because.\n>\n> - one\n> - two\n\nYes.\n\n-- \nJane Roe\nTel. 12\n")
        == [
          "text Max wrote:", "text I think so.", "text Why?", "text Because.", "list_item1 - one", "list_item1 - two",
          "text Yes.",
          "text Jane Roe\nTel. 12",
        ])
    #expect(lines("The value is\n> 5 apples") == ["text The value is > 5 apples"])
  }

  @Test func programs() {
    #expect(
      lines("Run:\n\n$ ./configure\nchecking\n\n$ make\n") == ["text Run:", "code $ ./configure\nchecking\n\n$ make"])
    #expect(lines(">>> x = 1\n>>> x\n1\n") == ["code >>> x = 1\n>>> x\n1"])
    #expect(lines("$ 500 is much.") == ["text $ 500 is much."])
    #expect(lines("Then:\n\n    int a;\n    a = 1;\n\n    f(a);\n").last == "code     int a;\n    a = 1;\n\n    f(a);")
    #expect(
      lines("Example::\n\n  one two\n   three\n\nEnd.") == ["text Example:", "code one two\n three", "text End."])
  }

  @Test func manualPages() {
    let page =
      "LS(1)            User Commands            LS(1)\n\nN\u{8}NA\u{8}AM\u{8}ME\u{8}E\n       l\u{8}ls\u{8}s - list _\u{8}f_\u{8}i_\u{8}l_\u{8}e\n\n       +\u{8}o one\n\nGNU 9.1          May 2023          LS(1)\n"
    let document = PlainTextReader.read(utf8: Array(page.utf8))
    #expect(outline(document) == ["title1 NAME", "text ls - list file", "list_item1 • one"])
    #expect(document.title == "LS(1)" && document.metadata["running_heads"]?.contains("User Commands") == true)
    #expect(lines("\u{1B}[1mNAME\u{1B}[0m\n       x - y\n") == ["title1 NAME", "text x - y"])
  }

  @Test func pages() {
    let text =
      "Postel        Standards        [Page 1]\n"
    let page =
      "1.  Start\n\n   The text of this page goes on over the\n\n\(text)\u{C}\nRFC 9         Nothing         May 1987\n\n"
    let second =
      "   foot of the page and ends there.\n\n2.  End\n\n   More.\n\n\(text.replacing("1]", with: "2]"))\u{C}\nRFC 9         Nothing         May 1987\n\n   Last.\n"
    let document = PlainTextReader.read(utf8: Array((page + second).utf8))
    #expect(
      outline(document) == [
        "title1 1. Start", "text The text of this page goes on over the foot of the page and ends there.",
        "title1 2. End",
        "text More.", "text Last.",
      ])
    #expect(document.metadata["running_heads"] == "RFC 9 Nothing May 1987; Postel Standards [Page 1]")
  }

  @Test func headings() {
    #expect(
      lines("CHAPTER IV.\n\nWords.\n\nNO WARRANTY\n\nWords.\n\nA;B;CDEF\n\nWords.") == [
        "title1 CHAPTER IV.", "text Words.", "title1 NO WARRANTY", "text Words.", "text A;B;CDEF", "text Words.",
      ])
    #expect(lines("第一章 はじめに\n\n本文です。") == ["title1 第一章 はじめに", "text 本文です。"])
    let body = "   This text is moved in by three and long\n   enough for a paragraph of its own here.\n"
    #expect(
      lines("Status\n\n\(body)\nNext one\n\n\(body)").filter { $0.hasPrefix("title") } == [
        "title1 Status", "title1 Next one",
      ])
  }

  @Test func lists() {
    #expect(
      lines("Do:\n* one\n  goes on\n  - in\n* two\nThe end.\n\n(ii) b\n\na. x\nb. y\n\nA. Smith came.") == [
        "text Do:", "list_item1 * one goes on", "list_item2 - in", "list_item1 * two", "text The end.",
        "list_item1 (ii) b",
        "list_item1 a. x", "list_item1 b. y", "text A. Smith came.",
      ])
  }

  @Test func directives() {
    let text = """
      .. _top:

      Guide
      =====

      :Author: Jane

      .. contents::

      Use ``make`` and :ref:`this one <x>`, `there <http://a.b>`_, *now* [1]_.

      .. note:: Take care.
         Really.

      .. code-block:: python
         :linenos:

         def f():

             return 1

      .. A comment
         of two lines.

      .. figure:: a.png
         :width: 3

         What it shows.

      .. list-table:: Fruit
         :header-rows: 1

         * - Name
           - Price
         * - Pear
           - 1

      .. [1] A note.

      After.
      """
    #expect(
      lines(text) == [
        "title1 Guide", "text Author: Jane", "text Use make and this one, there, now [1].",
        "text Note: Take care. Really.",
        "code def f():\n\n    return 1", "caption What it shows.", "caption Fruit",
        "table | Name | Price |\n| --- | --- |\n| Pear | 1 |", "footnote [1] A note.", "text After.",
      ])
  }

  @Test func linesThatAreMeant() {
    #expect(
      lines("Name:   Jane Roe\nTown:   Spring-\n        field\nTel: 1") == [
        "text Name: Jane Roe\nTown: Springfield\nTel: 1"
      ])
    #expect(
      lines("Two roads diverged,\nAnd sorry I was\nAnd long I stood") == [
        "text Two roads diverged,\nAnd sorry I was\nAnd long I stood"
      ])
    #expect(lines("2020-01-02 a b\n2020-01-03 c d") == ["text 2020-01-02 a b\n2020-01-03 c d"])
    #expect(lines("int main(void)\n{\n  f();\n  return 0;\n}") == ["code int main(void)\n{\n  f();\n  return 0;\n}"])
    #expect(lines("```sh\nmake\n\nmake it\n```\nDone.") == ["code make\n\nmake it", "text Done."])
    #expect(lines("1. One .... 1\n2. Two .... 2\n   2.1. In .... 3").last == "list_item2 2.1. In .... 3")
    #expect(
      lines("1.1 Short one\nThe text begins right below it and it is much longer.") == [
        "title2 1.1 Short one", "text The text begins right below it and it is much longer.",
      ])
  }

  @Test func columnsOfProse() {
    let text = """
      The first column tells of      The second column goes on
      the weather and of things      with words that have very
      that happen in the town.       little to do with that.
      """
    #expect(
      lines(text) == [
        "text The first column tells of the weather and of things that happen in the town.",
        "text The second column goes on with words that have very little to do with that.",
      ])
  }
}
