import Foundations

/// One recorded request and its answer, as the file of a cassette says it.
struct Cassette: Codable {
  static let version = 1

  var version = Self.version
  /// What was asked: for those who read the file.
  @Lenient var request: Request?
  let response: Response

  init(request: Request, response: Response) {
    self.request = request
    self.response = response
  }

  struct Request: Codable {
    let method: String
    let url: String
    /// Names and values.
    let headers: [[String]]
  }

  struct Response: Codable {
    let status: Int
    let majorVersion: Int?
    @LenientList var headers: [[String]]
    /// The digest of what stands in the other file, and its length.
    let body: String
    @Lenient var bytes: Int?

    enum CodingKeys: String, CodingKey {
      case status, headers, body, bytes
      case majorVersion = "http_version"
    }

    init(status: Int, majorVersion: Int, headers: [[String]], body: String, bytes: Int) {
      self.status = status
      self.majorVersion = majorVersion
      self.headers = headers
      self.body = body
      self.bytes = bytes
    }
  }
}
