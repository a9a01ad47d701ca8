import Foundations

/// Hits in order, of which one page is one: documents under addresses that redirect to one page have its URL and its
/// words.
struct DistinctHits {
  private(set) var hits: [SearchHit] = []
  private var places: [Page: Int] = [:]

  private struct Page: Hashable {
    let url: String
    let text: String
  }

  var count: Int { hits.count }

  mutating func add(_ hit: SearchHit) {
    guard let url = hit.url else { return hits.append(hit) }
    let page = Page(url: url, text: hit.text)
    // What a document says twice it says twice.
    guard let place = places[page], hits[place].documentID != hit.documentID else {
      places[page] = places[page] ?? hits.count
      return hits.append(hit)
    }
    var (kept, copy) = (hits[place], hit)
    // The page itself speaks for those that lead to it.
    if copy.documentID == url, kept.documentID != url {
      copy.copies = kept.copies
      copy.scores = kept.scores
      (kept.copies, kept, copy) = (nil, copy, kept)
    }
    kept.copies = ((kept.copies ?? []) + [copy.documentID]).sorted()
    hits[place] = kept
  }
}
