import JSONRPC
import Testing

@testable import Ingest

@Suite struct CandidateTests {
  static let good: JSONObject = [
    "requirement_fit_matched": ["skills": ["swift"]], "requirement_fit_missing": [:], "requirement_fit_partial": ["tools": 0.5],
    "requirement_fit_rationales": ["a"], "risk_notes": [],
  ]

  @Test func `takes texts and numbers where they belong`() throws {
    let reasons: [JSONObject] = [[:], ["reasons": "one"], ["reasons": ["one", "two"]]]
    for reasons in reasons { try CandidateCheck.check([.object(Self.good.merging(reasons))]) }
  }

  @Test(
    arguments: [
      ("requirement_fit_matched", ["skills": "swift"], "Not a valid string."),
      ("requirement_fit_missing", ["skills": [1]], "Not a valid string."),
      ("requirement_fit_partial", ["tools": "0.5"], "A valid number is required."),
      ("requirement_fit_rationales", [1], "Not a valid string."),
      ("risk_notes", [["x"]], "Not a valid string."), ("reasons", 1, "Not a valid string."), ("reasons", [1], "Not a valid string."),
    ] as [(String, JSON, String)])
  func `names the candidate and the member that hold something else`(name: String, value: JSON, message: String) {
    let bad = JSON.object(Self.good.merging([name: value]))
    let error = #expect(throws: RPCError.self) { try CandidateCheck.check([.object(Self.good), bad]) }
    #expect(error?.data["status"] == 400 && error?.data["body"] == ["candidates": ["1": [name: [.string(message)]]]])
  }
}
