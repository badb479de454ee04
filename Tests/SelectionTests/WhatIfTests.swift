import JSONRPC
import PluginProtocol
import TestSupport
import Testing

@testable import Selection

@Suite struct WhatIfTests {
  private static let skills = ["swift", "sql", "rest"]
  private static let domains = ["backend", "cloud"]

  private static func shelf(_ dice: inout Dice) throws -> LibraryShelf {
    let agents = try (1...7).map { number in
      let mine = Self.skills.shuffled(using: &dice).prefix(Int.random(in: 0...2, using: &dice)).joined(separator: ", ")
      let areas = Self.domains.shuffled(using: &dice).prefix(Int.random(in: 0...1, using: &dice)).joined(separator: ", ")
      let duty = ["Backend developer", "Senior backend", "Tester", ""].randomElement(using: &dice) ?? ""
      return try #require(
        CatalogueAgent(row: [
          "id": .int(number), "agent_no": .string("n\(number)"), "duty": .string(duty), "detail": .string("\(mine)\n\(areas)"),
        ]))
    }
    let spec: JSONObject = ["agent_id": "made", "estimated_score": [0.5, 0.3].randomElement(using: &dice) ?? 0.5]
    let generated = Bool.random(using: &dice) ? try GeneratedAgent(spec, field: "metaso_spec") : nil
    return LibraryShelf(agents, role: "Senior backend engineer", skills: Self.skills, domains: Self.domains, generated: generated)
  }

  @Test(arguments: UInt64(1)...40)
  func `what is named as missing for the first place brings it, and nothing less does`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let shelf = try Self.shelf(&dice)
    for (_, item) in shelf.ranking.dropFirst() {
      let explanation = LibraryExplanation(of: item.id, on: shelf)
      for way in explanation.ways {
        #expect(shelf.with(way.change).first == item.id, "\(item.id): \(way)")
        for less in Self.lesser(way.change, shelf) { #expect(shelf.with(less).first != item.id, "\(item.id): \(less), said \(way)") }
      }
      try checkMerits(of: item, explanation, on: shelf)
    }
  }

  /// Tries every set of skills, domains and the duty.
  private func checkMerits(of item: LibraryShelf.Item, _ explanation: LibraryExplanation, on shelf: LibraryShelf) throws {
    guard case .agent(let book) = item else { return }
    let singles =
      book.match.missingSkills.map { WhatIf(skills: [item.id: [$0]]) } + book.match.missingDomains.map { WhatIf(domains: [item.id: [$0]]) }
      + (book.match.role == .whole ? [] : [WhatIf(duty: [item.id])])
    let winning = (1..<(1 << singles.count)).map { bits in singles.indices.filter { bits & (1 << $0) != 0 } }.filter { set in
      shelf.with(set.map { singles[$0] }.reduce(WhatIf()) { $0.and($1) }).first == item.id
    }
    let named = explanation.ways.filter { $0.change.numbers.isEmpty && $0.change.off.isEmpty }.map(\.size)
    let smallest = winning.map(\.count).min()
    #expect(named.isEmpty == (smallest == nil), "\(item.id)")
    #expect(named.allSatisfy { $0 == smallest }, "\(item.id): \(named), brute force \(smallest ?? 0)")
  }

  /// Numbers less far from where they are, on both sides.
  private static func lesser(_ change: WhatIf, _ shelf: LibraryShelf) -> [WhatIf] {
    guard let (number, to) = change.numbers.first, let from = shelf.number(number) else { return [] }
    let steps = (-24...23).map { from + (to - from) * Double($0) / 24 } + [to > from ? to.nextDown : to.nextUp]
    return steps.filter { $0 >= 0 && abs($0 - from) < abs(to - from) }.map { WhatIf(numbers: [number: $0]) }
  }

  @Test func `a what_if is read as it is written`() throws {
    let text = #"{"weights":{"role":0.1,"role_word":0},"threshold":0.2,"skills":{"3":["sql"]},"duty":["3"],"off":["generated"]}"#
    let change = try WhatIf(try JSON(parsing: text))
    #expect(change.numbers == [.role: 0.1, .roleWord: 0, .threshold: 0.2])
    #expect(try WhatIf(change.json) == change)
  }

  @Test(arguments: [
    ("[]", "Expected a dictionary of items."), (#"{"weight":{}}"#, "weight is not known."),
    (#"{"weights":{"luck":1}}"#, "weights.luck is not known."), (#"{"weights":{"role":-1}}"#, "role: A number from 0 to 100."),
    (#"{"skills":["a"]}"#, "skills: Expected a dictionary of items."), (#"{"skills":{"3":[4]}}"#, "skills.3: Not a valid string."),
    (#"{"off":["all"]}"#, "off: all is none of generated, threshold, role, skills, domains."),
  ])
  func `what is wrong with a what_if is said`(text: String, message: String) throws {
    let json = try JSON(parsing: text)
    let error = #expect(throws: RPCError.self) { try WhatIf(json) }
    #expect(error?.data["body"] == ["what_if": [.string(message)]])
  }

  @Test func `rank-agents says what would have put the second first, and shows it when asked`() async throws {
    let storage = StorageStub([
      "agent": [
        ["id": 1, "agent_no": "a", "name": "A", "duty": "Backend", "detail": "swift", "avatar": "", "cost_per_min": "0.00"],
        ["id": 2, "agent_no": "b", "name": "B", "duty": "Tester", "detail": "sql", "avatar": "", "cost_per_min": "0.00"],
      ], "project": [["id": 7]],
    ])
    let plugin = try await PluginHarness(SelectionPlugin.self) { method, params, meta throws(RPCError) in
      try storage.answer(method, params, meta)
    }
    var body: JSONObject = ["role": "backend", "skills": ["swift", "sql"]]
    func rank() async throws -> JSON {
      try await plugin.call("selection.rank_agents", ["path": ["id": 7], "body": .object(body)], tenant: "t")["body"]
    }
    let plain = try await rank()
    #expect(plain["candidates"].array?.map { $0["agent_id"] } == ["1", "2"])
    #expect(plain["candidates"][0]["why_not"].isNull)
    let why = plain["candidates"][1]["why_not"]
    // Either alone only draws level with the first, whose number is lower.
    #expect(why["smallest"] == 2)
    let ways = try #require(why["ways"].array)
    #expect(ways.map { $0["what_if"] } == [["skills": ["2": ["swift"]], "duty": ["2"]]])
    for way in ways {
      body["what_if"] = way["what_if"]
      let changed = try await rank()
      #expect(changed["what_if"]["first_before"] == "1")
      #expect(changed["what_if"]["first_after"] == "2")
      #expect(changed["what_if"]["changed"] == true)
      #expect(changed["candidates"][0]["agent_id"] == "2")
    }
    body["what_if"] = ["off": ["skills"]]
    let off = try await rank()
    #expect(off["what_if"]["changed"] == false)
    #expect(off["what_if"]["moves"].array?.map { $0["agent_id"] } == ["1", "2"])
    #expect(off["candidates"].array?.map { $0["total_score"] } == [0.3])
    try await plugin.shutdown()
  }
}
