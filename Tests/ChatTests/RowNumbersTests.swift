import JSONRPC
import Testing

@testable import Chat

/// Two tellings of the same, with other numbers.
@Suite struct RowNumbersTests {
  private static func prompt(_ one: Int, _ two: Int, _ standard: Int) -> String {
    """
    Plan. ```json
    {"requirements":[{"id":\(one),"content":"a","delivery_standards":[{"id":\(standard),"content":"s"},{"id":\(standard + 1),"content":"t"}]},{"id":\(two),"content":"b","delivery_standards":[]}]}
    ```
    """
  }

  @Test func `are told apart by nothing but their numbers, and a reply is moved from one to the other`() {
    var (old, new) = (RowNumbers(), RowNumbers())
    #expect(old.taken(from: Self.prompt(1, 2, 1)) == new.taken(from: Self.prompt(7, 9, 30)))
    let reply = #"{"a":[{"source_id":2,"id":"REQ-001"},{"source_id":1}],"c":{"delivery_standard_id": 2,"id":55}}"#
    let moved = #"{"a":[{"source_id":9,"id":"REQ-001"},{"source_id":7}],"c":{"delivery_standard_id": 31,"id":55}}"#
    #expect(old.moved(reply, to: new) == moved)
    #expect(RowNumbers(json: old.json) == old)
    #expect(old.moved("no id\" here", to: new) == "no id\" here")
  }
}
