import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore
import Testing

@testable import Gateway

/// The gateway's pure rules.
@Suite struct GatewayRuleTests {
  @Test func `secrets in addresses do not reach the log`() {
    #expect(AccessLog.redacted(QueryItems("page=2&token=abc&Password=x&q=a b")) == "page=2&token=REDACTED&Password=REDACTED&q=a%20b")
  }

  @Test(arguments: [
    ("10.0.0.1", "https://shop.example", "9.9.9.9"), ("8.8.8.8", "http://inner:8000", "8.8.8.8"),
  ]) func `believes forwarded headers of trusted proxies only`(_ remote: String, _ base: String, _ address: String) {
    var config = GatewayConfig()
    config.trustedProxies = ["10.0.0.1", "10.0.0.2"]
    let fields: [(String, String)] = [
      ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "shop.example"), ("X-Forwarded-For", "1.1.1.1, 9.9.9.9, 10.0.0.2"),
    ]
    var headers = HTTPFields()
    for (name, value) in fields { if let name = HTTPField.Name(name) { headers[name] = value } }
    let head = HTTPRequest(method: .get, scheme: "http", authority: "inner:8000", path: "/x/", headerFields: headers)
    let exchange = Exchange(Request(head: head, body: .init(buffer: ByteBuffer())), remoteAddress: remote, config: config)
    #expect(exchange.baseURL == base)
    #expect(exchange.address == address)
  }

  @Test(arguments: [("abc-1._Z", true), ("", false), ("a b", false), ("ä", false), (String(repeating: "a", count: 65), false)])
  func `takes a client's request id only in its plain form`(_ text: String, _ isTaken: Bool) {
    #expect((RequestID.accepted(text) == text) == isTaken)
  }

  @Test(arguments: [
    (RPCError(.frameTooLarge, "request", data: ["delivered": "no"]), 413), (RPCError(.frameTooLarge, "result"), 400),
    (RPCError(.overloaded, "full", data: ["retry_after_ms": 1500]), 503), (RPCError(.internal, "x"), 500),
    (.application("in_use", status: 409, "x"), 409),
  ]) func `a failed call has its HTTP status`(_ error: RPCError, _ status: Int) {
    #expect(Refusal(error).status.code == status)
  }

  @Test func `an event frame is one line of data, whatever was in it`() {
    let frame = EventFrame("a\nb", id: 3, data: Array("{\n\"x\": 1}".utf8))
    #expect(String(decoding: frame.bytes, as: UTF8.self) == "event: ab\nid: 3\ndata: {\"x\": 1}\n\n")
  }

  @Test func `plugins set headers of their own but not the connection's`() {
    let fields = AnswerHeaders.fields(["Location": "/x/", "Content-Length": "5", "X-Bad": "a\nb", "Retry-After": 3, "X-Request-Id": "y"])
    #expect(fields.map(\.name.canonicalName).sorted() == ["location", "retry-after"])
  }

  @Test func `steps into JSON without making values of it`() {
    let slice = JSONSlice(Array(#"{"results":[{"row":{"a":[1,{"b":"]}"}]}},null,7]}"#.utf8))
    let elements = slice.members["results"]?.elements ?? []
    #expect(elements.count == 3)
    #expect(elements[0].members["row"].map { String(decoding: $0.bytes, as: UTF8.self) } == #"{"a":[1,{"b":"]}"}]}"#)
    #expect(elements[1].isNull)
    #expect(elements[2].unsignedInteger == 7)
    #expect(JSONSlice(Array("[]".utf8)).elements.isEmpty)
    #expect(JSONSlice(Array("5".utf8)).members.isEmpty)
  }
}
