import Foundation
import JSONRPC

@testable import Selection

/// A large catalogue and what is asked of it.
enum Load {
  /// Eight requirements with the skills of eight roles.
  static let requirements: [Requirement] = Vocabulary.standard.roles.prefix(8).map { role in
    var requirement = Requirement()
    requirement.names[.skills] = Set(role.capabilities)
    requirement.names[.domains] = ["backend"]
    requirement.notes = "会员管理 with a login page"
    return requirement
  }

  static func catalogue(_ count: Int) -> JSON {
    let skills = Vocabulary.standard.coreSkills.map(\.text)
    return .array(
      (0..<count).map { number in
        let mine = (0..<5).map { skills[(number * 7 + $0 * 13) % skills.count] }
        return [
          "agent_id": .string("agent-\(number)"), "name": .string("Agent \(number)"),
          "static_score": ["performance": .double(Double(number * 37 % 1000) / 1000)],
          "capabilities": [
            "skills": JSON(mine), "domains": ["backend"], "languages": ["zh", "en"],
            "description": "Builds pages and services for members, with a login and reports",
          ], "is_cold_start": .bool(number.isMultiple(of: 3)),
        ]
      })
  }

  /// The same catalogue as rows of storage.
  static func rows(_ count: Int) -> [JSONObject] {
    let skills = Vocabulary.standard.coreSkills.map(\.text)
    return (0..<count).map { number in
      let mine = (0..<5).map { skills[(number * 7 + $0 * 13) % skills.count] }.joined(separator: ", ")
      return [
        "id": .int(number + 1), "agent_no": .string("n\(number)"), "name": .string("Agent \(number)"), "duty": "Developer",
        "detail": .string("Builds pages and services for members\nSkills: \(mine)\nDomains: backend"), "avatar": "", "cost_per_min": "0.00",
        "is_system": .bool(!number.isMultiple(of: 3)),
      ]
    }
  }

  /// CPU seconds of this process.
  static var cpu: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  static func cpu(of body: () throws -> Void) rethrows -> Double {
    let start = cpu
    try body()
    return cpu - start
  }

  /// Resident bytes of this process.
  static var memory: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
  }
}
