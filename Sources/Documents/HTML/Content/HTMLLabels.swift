import Foundations

/// What the words of an element's `class`, `id`, `role` and `itemprop` hint at. Words are split at capitals and at
/// everything that is not a letter, so that `relatedPosts`, `related-posts` and `related_posts` are one.
struct HTMLLabels: OptionSet, Sendable {
  let rawValue: UInt32

  /// The order is that of the content model's inputs: a new one goes to the end, and the model is trained again.
  static let words: [(name: String, words: String)] = [
    (
      "navigation",
      "nav navbar navigation menu menubar submenu breadcrumb breadcrumbs crumb crumbs pagination pager paging toc skip skiplink jump tabs tablist navheader navfooter navlinks navlist navmenu mainnav topnav sitenav subnav prevnext nextprev pagenav globalnav"
    ),
    ("footer", "footer foot bottom colophon contentinfo copyright legal disclaimer sitefooter pagefooter footerlinks"),
    ("header", "header head masthead banner topbar top hero toolbar siteheader pageheader"),
    (
      "side",
      "sidebar side aside rail widget widgets complementary secondary column sphinxsidebar sidenav leftnav rightnav leftcol rightcol leftbar rightbar sidecolumn"
    ),
    ("comments", "comment comments disqus discussion respond reply replies"),
    (
      "advertising",
      "ad ads advert advertisement adsense sponsor sponsored sponsors promo promotion promoted banner outbrain taboola dfp affiliate"
    ),
    ("sharing", "share sharing social follow facebook twitter linkedin pinterest whatsapp addtoany addthis"),
    (
      "related",
      "related recommend recommended recommendation recommendations more similar popular trending latest recent read next also suggested suggestions upsell crosssell recirc"
    ),
    ("consent", "cookie cookies consent gdpr ccpa onetrust privacy"),
    (
      "overlay", "modal popup overlay dialog lightbox tooltip dropdown drawer offcanvas flyout toast notification alert"
    ),
    ("subscription", "newsletter subscribe subscription signup optin register login signin account cta"),
    ("byline", "meta byline author date time published updated timestamp dateline bio avatar profile user username"),
    ("tags", "tag tags category categories taxonomy topics keywords labels badge"),
    ("content", "content body text copy richtext rte wysiwyg prose markdown main"),
    ("article", "article post entry story news blog hentry single paragraph"),
    (
      "product",
      "product item price sku description desc detail details spec specs specification specifications feature features overview summary about"
    ),
    ("review", "review reviews rating ratings testimonial testimonials stars"),
    (
      "card",
      "card cards tile tiles teaser grid list listing listings result results thumb thumbnail carousel slider slide swiper gallery"
    ),
    ("hidden", "hidden hide invisible screen sr visually collapsed noprint print"),
    ("search", "search searchbox filter filters facet facets sort"),
    ("form", "form field input button btn buttons checkbox select"),
    (
      "thread",
      "thread message messages question answer answers topic postbody bbwrapper cooked msg answercell signature"
    ),
    ("faq", "faq accordion collapse panel question toggle"),
    ("code", "code highlight snippet sourcecode syntax example"),
    ("documentation", "doc docs document documentation section api reference wiki mw parser"),
    ("media", "image img figure caption video player media photo picture credit"),
    ("title", "title headline heading subtitle subheading name"),
    ("cart", "cart basket checkout wishlist buy shipping stock quantity variant swatch"),
    ("location", "address location contact phone map hours email"),
    ("brand", "logo brand site"),
    ("event", "event events schedule job jobs course courses"),
    ("quote", "quote quotes blockquote pullquote"),
  ]

  /// The hints of a name as words: for how the model's inputs are called.
  static var names: [String] { words.map(\.name) }

  private static let table = HintTable(words.map(\.words))

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The hints of these names.
  init(names: Set<String>) {
    rawValue = Self.words.indices.reduce(0) { names.contains(Self.words[$1].name) ? $0 | 1 << UInt32($1) : $0 }
  }

  init(of node: HTMLNode) {
    var bits: UInt32 = 0
    if node.hasAttributes {
      for name in ["class", "id", "role", "itemprop"] as [StaticString] {
        if let value = node.bytes(name) { bits |= Self.bits(of: value) }
      }
    }
    rawValue = bits
  }

  private static func bits(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let table = table
    var bits: UInt32 = 0
    var hash = HintTable.seed
    var length = 0
    var wasLower = false
    // What frameworks of styles put into classes is long and says nothing.
    for byte in text.prefix(400) {
      let isLower = byte >= 97 && byte <= 122
      let isUpper = byte >= 65 && byte <= 90
      if length > 0, !isLower, !isUpper || wasLower {
        if length > 1 { bits |= table[hash] }
        hash = HintTable.seed
        length = 0
      }
      if isLower || isUpper {
        hash = HintTable.add(byte | 0x20, to: hash)
        length += 1
      }
      wasLower = isLower
    }
    if length > 1 { bits |= table[hash] }
    return bits
  }
}
