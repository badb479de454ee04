import JSONRPC
import PluginKit

/// What the lists and objects of candidates hold: readers of selections are promised texts and numbers.
enum CandidateCheck {
  /// - Throws: 400 that names every candidate and member that holds something else (shape 1).
  static func check(_ candidates: [JSON]) throws(RPCError) {
    var errors: JSONObject = [:]
    for (index, candidate) in candidates.enumerated() {
      let wrong = wrong(candidate)
      if !wrong.isEmpty { errors["\(index)"] = .object(wrong) }
    }
    guard !errors.isEmpty else { return }
    throw .application("invalid", status: 400, "candidates: not valid", body: ["candidates": .object(errors)])
  }

  private static func wrong(_ candidate: JSON) -> JSONObject {
    var wrong: JSONObject = [:]
    for name in ["requirement_fit_matched", "requirement_fit_missing"] where !values(candidate[name]).allSatisfy(isTexts) {
      wrong[name] = ["Not a valid string."]
    }
    if !values(candidate["requirement_fit_partial"]).allSatisfy(isNumber) {
      wrong["requirement_fit_partial"] = ["A valid number is required."]
    }
    for name in ["requirement_fit_rationales", "risk_notes"] where !isTexts(candidate[name]) { wrong[name] = ["Not a valid string."] }
    let reasons = candidate["reasons"]
    if !reasons.isNull, reasons.string == nil, !isTexts(reasons) { wrong["reasons"] = ["Not a valid string."] }
    return wrong
  }

  private static func values(_ json: JSON) -> [JSON] { (json.object?.members ?? []).map(\.value) }
  private static func isTexts(_ json: JSON) -> Bool { json.array?.allSatisfy { $0.string != nil } == true }
  private static func isNumber(_ json: JSON) -> Bool { if case .number = json { true } else { false } }
}
