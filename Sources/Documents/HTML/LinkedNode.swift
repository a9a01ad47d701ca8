import Foundations

/// An object of JSON-LD: what it is, and what else it holds.
struct LinkedNode: Decodable {
  @Lenient var type: LinkedTexts?
  let graph: JSONValue?
  let mainEntity: JSONValue?

  enum CodingKeys: String, CodingKey {
    case mainEntity
    case type = "@type"
    case graph = "@graph"
  }
}

/// An article or its kin (https://schema.org/CreativeWork), as far as it is of use.
struct LinkedWork: Decodable {
  @Lenient var headline: String?
  @Lenient var name: String?
  @Lenient var datePublished: String?
  @Lenient var uploadDate: String?
  @Lenient var dateModified: String?
  @Lenient var description: String?
  @Lenient var inLanguage: String?
  @Lenient var articleBody: String?
  @Lenient var keywords: LinkedTexts?
  let author: LinkedNames?
  let creator: LinkedNames?
}

/// A text, or a list of some.
struct LinkedTexts: Decodable {
  let texts: [String]

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      texts = [text]
    } else {
      // What is neither is a mistake of the page: as if it were not there.
      _ = try decoder.unkeyedContainer()
      texts = try LenientList(from: decoder).wrappedValue
    }
  }
}

/// A name, an object that has one, or a list of either; anything else names nobody.
struct LinkedNames: Decodable {
  let texts: [String]

  private struct Name: Decodable {
    let text: String?

    private struct Members: Decodable {
      @Lenient var name: String?
    }

    init(from decoder: any Decoder) throws {
      let own = try? decoder.singleValueContainer().decode(String.self)
      text = own ?? (try? Members(from: decoder))?.name
    }
  }

  init(from decoder: any Decoder) throws {
    let isList = (try? decoder.unkeyedContainer()) != nil
    let names = isList ? try LenientList<Name>(from: decoder).wrappedValue : [try Name(from: decoder)]
    texts = names.compactMap(\.text)
  }
}
