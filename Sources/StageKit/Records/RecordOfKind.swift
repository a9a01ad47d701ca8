import Foundations

extension JSONView {
  /// The record of an item, as what it is.
  /// - Throws: `.corrupt` when it is no JSON object, which only a damaged store can cause.
  package init(_ item: Item) throws(SluiceError) { self.init(members: try item.record.object()) }

  /// A field by its dotted path (`source.url`), whatever it holds: for fields that a pipeline file names.
  package func field(_ path: String) -> JSONValue? {
    JSONValue.object(members)[path: path.split(separator: ".").map(String.init)]
  }
}
