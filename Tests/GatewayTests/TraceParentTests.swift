import Testing

@testable import Gateway

struct TraceParentTests {
  @Test(arguments: [
    nil, "", "nonsense", "00-abc-def-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
  ])
  func `what names no trace begins one`(_ header: String?) {
    let first = TraceParent.next(after: header)
    let second = TraceParent.next(after: header)
    #expect(first != second)
    #expect(first.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-00/) != nil, "\(first)")
  }

  @Test func `a trace goes on under its id and flags, with a step of our own`() {
    let next = TraceParent.next(after: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    #expect(next.wholeMatch(of: /00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01/) != nil, "\(next)")
    #expect(!next.contains("b7ad6b7169203331"))
    #expect(TraceParent.next(after: next) != next)
  }
}
