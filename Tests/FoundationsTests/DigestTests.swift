import Foundations
import Testing

@Suite struct DigestTests {
  @Test func knownVectors() {
    // FIPS 180-4 and NIST CAVP.
    #expect(Digest(of: "").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Digest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest(of: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      Digest(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func textForms() {
    let digest = Digest(of: "abc")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == digest)
    #expect(Digest(reference: digest.description) == digest)
    #expect(digest.bytes.withUnsafeBytes { Digest(bytes: $0) } == digest)
    let wrong = ["", String(digest.hex.dropLast()), digest.hex + "0", String(digest.hex.dropLast()) + "g"]
    for text in wrong { #expect(Digest(hex: text) == nil) }
    #expect(Digest(reference: "sha512:" + digest.hex) == nil)
  }

  @Test func fieldsAreSeparated() {
    func hash(_ fields: String...) -> Digest {
      var hasher = DigestHasher()
      for field in fields { hasher.field(field) }
      return hasher.finalize()
    }
    #expect(hash("ab", "c") != hash("a", "bc"))
    #expect(hash("a") != hash("a", ""))
    #expect(hash("a", "b") == hash("a", "b"))
  }
}
