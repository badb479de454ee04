import Digests
import Testing

/// Digests of FIPS 180-4's examples.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `gives the digests of the standard`(_ row: (text: String, expected: String)) {
    #expect(SHA256.hex(row.text) == row.expected)
  }

  @Test func `gives the same digest piece by piece`() {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    var hash = SHA256()
    for start in stride(from: 0, to: bytes.count, by: 997) { hash.update(bytes[start..<min(start + 997, bytes.count)]) }
    #expect(hash.finalize() == SHA256.digest(bytes))
  }

  @Test func `reads a sequence that is not stored in one piece`() {
    #expect(SHA256.hex(sequence(first: UInt8(97)) { $0 < 99 ? $0 + 1 : nil }) == SHA256.hex("abc"))
  }
}
