import JSONRPC
import Testing

@Suite struct FrameDecoderTests {
  private let frame = MessageHead.notification(method: "$/log").frame(Array("{}".utf8))

  @Test func `knows a frame cut at any byte for what it is`() throws {
    let decoder = FrameDecoder(byteLimit: 65_536)
    for count in 0..<frame.count {
      let needed = count < 4 ? 4 : frame.count
      #expect(try decoder.next(Array(frame.prefix(count)).span) == .needs(byteCount: needed))
    }
    #expect(try decoder.next(frame.span) == .body(4..<frame.count))
    #expect(try decoder.next((frame + frame).span) == .body(4..<frame.count))
  }

  @Test(arguments: [
    ([0, 0, 0, 0], FrameError.empty, "frame of 0 bytes"),
    ([0xFF, 0xFF, 0xFF, 0xFF], .tooLong(byteCount: 4_294_967_295, limit: 16), "frame of 4294967295 bytes, limit 16"),
    ([0, 0, 0, 17, 0x7B], .tooLong(byteCount: 17, limit: 16), "frame of 17 bytes, limit 16"),
  ])
  func `refuses a length before its bytes are there`(bytes: [UInt8], error: FrameError, text: String) {
    #expect(throws: error) { try FrameDecoder(byteLimit: 16).next(bytes.span) }
    #expect(error.description == text)
  }

  @Test func `takes a body of exactly the limit`() throws {
    let bytes: [UInt8] = [0, 0, 0, 2, 0x7B, 0x7D]
    #expect(try FrameDecoder(byteLimit: 2).next(bytes.span) == .body(4..<6))
  }
}
