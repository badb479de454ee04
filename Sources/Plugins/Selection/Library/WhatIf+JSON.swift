import JSONRPC
import PluginKit

extension WhatIf {
  private static let names = ["weights", "threshold", "estimated_score", "skills", "domains", "duty", "off"]

  /// Reads the member `what_if` of a body.
  init(_ value: JSON) throws(RPCError) {
    self.init()
    guard let object = value.object else { throw Self.invalid("Expected a dictionary of items.") }
    if let unknown = object.names.first(where: { !Self.names.contains($0) }) { throw Self.invalid("\(unknown) is not known.") }
    for number in Number.allCases {
      let member = number.isWeight ? value["weights"][number.rawValue] : value[number.rawValue]
      guard !member.isNull else { continue }
      guard let double = member.double, (0...100).contains(double) else {
        throw Self.invalid("\(number.rawValue): A number from 0 to 100.")
      }
      numbers[number] = double
    }
    let weights = value["weights"].object?.names ?? []
    if let unknown = weights.first(where: { Number(rawValue: $0)?.isWeight != true }) {
      throw Self.invalid("weights.\(unknown) is not known.")
    }
    skills = try Self.offers(value["skills"], "skills")
    domains = try Self.offers(value["domains"], "domains")
    duty = Set(try Self.texts(value["duty"], "duty"))
    for word in try Self.texts(value["off"], "off") {
      guard let part = Switch(rawValue: word) else {
        throw Self.invalid("off: \(word) is none of \(Switch.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      off.insert(part)
    }
  }

  private static func offers(_ value: JSON, _ name: String) throws(RPCError) -> [String: [String]] {
    guard !value.isNull else { return [:] }
    guard let object = value.object else { throw invalid("\(name): Expected a dictionary of items.") }
    var offers: [String: [String]] = [:]
    for (id, names) in object.members { offers[id] = try texts(names, "\(name).\(id)") }
    return offers
  }

  private static func texts(_ value: JSON, _ name: String) throws(RPCError) -> [String] {
    guard !value.isNull else { return [] }
    guard let items = value.array else { throw invalid("\(name): Expected a list of items.") }
    guard items.count <= 1000 else { throw invalid("\(name): Ensure this field has no more than 1000 elements.") }
    var texts: [String] = []
    for item in items {
      guard let text = item.string else { throw invalid("\(name): Not a valid string.") }
      texts.append(text)
    }
    return texts
  }

  private static func invalid(_ message: String) -> RPCError { HTTPCall.invalid("what_if", message) }

  /// Only what is changed.
  var json: JSON {
    var object = JSONObject()
    var weights = JSONObject()
    for (number, value) in numbers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      if number.isWeight { weights[number.rawValue] = .double(value) } else { object[number.rawValue] = .double(value) }
    }
    if !weights.isEmpty { object["weights"] = .object(weights) }
    for (name, offers) in [("skills", skills), ("domains", domains)] where !offers.isEmpty {
      object[name] = .object(JSONObject(offers.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }))
    }
    if !duty.isEmpty { object["duty"] = JSON(duty.sorted()) }
    if !off.isEmpty { object["off"] = JSON(off.map(\.rawValue).sorted()) }
    return .object(object)
  }
}

extension LibraryShelf {
  /// What became of the ranking: who stands first, before and after, and whose place or score is another.
  func changes(from before: LibraryShelf, _ change: WhatIf) -> JSON {
    let (old, new) = (before.places, places)
    let moved = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted { left, right in
      let ranks = [left, right].map { new[$0]?.rank ?? Int.max - 1 }
      return ranks[0] == ranks[1] ? left < right : ranks[0] < ranks[1]
    }
    let moves = moved.prefix(Self.moveLimit).map { id -> JSON in
      [
        "agent_id": .string(id), "rank_before": old[id].map { .int($0.rank) } ?? .null,
        "rank_after": new[id].map { .int($0.rank) } ?? .null,
        "score_before": old[id].map { .double($0.score) } ?? .null, "score_after": new[id].map { .double($0.score) } ?? .null,
      ]
    }
    return [
      "applied": change.json, "first_before": JSON(before.first), "first_after": JSON(first), "changed": .bool(before.first != first),
      "moves": .array(Array(moves)), "move_count": .int(moved.count),
    ]
  }

  private static let moveLimit = 100

  private struct Place: Equatable {
    let rank: Int
    let score: Double
  }

  private var places: [String: Place] {
    Dictionary(ranking.enumerated().map { ($1.item.id, Place(rank: $0 + 1, score: $1.score)) }) { first, _ in first }
  }
}
