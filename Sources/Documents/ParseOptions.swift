import Foundations

/// How documents are to be read; what of it changes the result is in the key of the parse stage.
package struct ParseOptions: Sendable, Hashable {
  /// Whether elements say why they are what they are.
  package var explain = false
  package var pdf = PDFOptions()
  package var html = HTMLOptions()

  package init() {}

  /// For the way to a parser process, over its pipe: with the password, so never to be written anywhere.
  var order: JSONObject {
    var object = JSONObject()
    if explain { object["explain"] = .bool(true) }
    object["pdf"] = .object(pdf.order)
    object["html"] = .object(html.order)
    return object
  }

  init(order: JSONValue?) {
    explain = order?["explain"]?.bool ?? false
    pdf = PDFOptions(order: order?["pdf"])
    html = HTMLOptions(order: order?["html"])
  }
}
