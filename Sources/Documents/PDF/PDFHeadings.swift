import Foundations

/// What a line is among the headings.
struct PDFHeadingMark {
  enum Role {
    case first
    /// Goes on with the heading in the line before.
    case further
    /// Belongs to a heading and says nothing of its own, as `CHAPTER` above the title: left out.
    case dropped
    /// Only its bold beginning is a heading; the text goes on behind it.
    case runIn
  }
  var role: Role
  /// 1 to 6.
  var level: Int
  /// For people; only when explaining.
  var reason: String?
}

/// Finds headings: bookmarks first, then numbers, the table of contents and style.
struct PDFHeadings {
  /// By page index, by line index.
  private(set) var marks: [[Int: PDFHeadingMark]]

  /// `layout` is asked only where neither bookmarks nor tags say what the headings are.
  init(
    _ pages: [[PDFLine]], _ bookmarks: [PDFFile.Bookmark], tagged: () -> [PDFFile.Bookmark], _ contents: PDFContents,
    _ style: PDFStyle, _ layout: () -> PDFLayout, explain: Bool
  ) {
    let byBookmarks = PDFBookmarkHeadings(pages, bookmarks, explain: explain)
    marks = byBookmarks.marks
    // A few bookmarks, or some that cannot be found, do not say what all headings are.
    if bookmarks.count < 3 || byBookmarks.matched * 2 < bookmarks.count {
      // A structure whose headings are all found says what the headings are.
      let headings = tagged()
      if !headings.isEmpty {
        let byTags = PDFBookmarkHeadings(pages, headings, explain: explain, isTagged: true)
        if byTags.matched * 10 >= headings.count * 9 {
          marks = byTags.marks
          return
        }
      }
      let rules = PDFHeadingRules(pages, contents, style, layout())
      let found = PDFHeadingLevels.assign(rules, explain: explain)
      for (page, more) in found { marks[page].merge(more) { known, _ in known } }
    }
  }
}
