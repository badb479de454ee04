import JSONRPC
import Testing

@testable import Selection

/// Equal but for numbers, which may differ by 1e-9.
func expectNear(_ left: JSON, _ right: JSON, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
  switch (left, right) {
  case (.number(let left), .number(let right)):
    #expect(abs(left.double - right.double) <= 1e-9, "\(what): \(left.literal), expected \(right.literal)", sourceLocation: sourceLocation)
  case (.array(let left), .array(let right)):
    #expect(left.count == right.count, "\(what)", sourceLocation: sourceLocation)
    for (index, pair) in zip(left, right).enumerated() {
      expectNear(pair.0, pair.1, "\(what)[\(index)]", sourceLocation: sourceLocation)
    }
  case (.object(let left), .object(let right)):
    #expect(Set(left.names) == Set(right.names), "\(what)", sourceLocation: sourceLocation)
    for (name, value) in right.members {
      expectNear(left[name] ?? .null, value, "\(what).\(name)", sourceLocation: sourceLocation)
    }
  default: #expect(left == right, "\(what)", sourceLocation: sourceLocation)
  }
}

/// What a sentence states, whatever its wording: DECISIONS of the contract pin facts, not texts.
enum Fact: Equatable {
  case matched(field: String, hits: Int, of: Int, weight: String)
  case description(score: String, weight: String)
  case similarCases([String])
  case gap(field: String, names: [String])
  case newcomer
  case role(String)
  case unknown(String)

  /// Reads a sentence of the recorded answers.
  init(recorded text: String) {
    if let match = text.wholeMatch(of: /(\w+): matched (\d+)\/(\d+) requirements \(weight=([-\d.]+)\)\./) {
      self = .matched(field: String(match.1), hits: Int(match.2) ?? -1, of: Int(match.3) ?? -1, weight: String(match.4))
    } else if let match = text.wholeMatch(of: /description: keyword match score ([\d.]+) \(weight=([-\d.]+)\)\./) {
      self = .description(score: String(match.1), weight: String(match.2))
    } else if let match = text.wholeMatch(of: /(\w+) gap: (.*)/) {
      self = .gap(field: String(match.1), names: match.2.split(separator: ", ").map(String.init))
    } else if text == "Cold start traffic limited" {
      self = .newcomer
    } else {
      self = Fact(common: text)
    }
  }

  /// Reads one of our own.
  init(ours text: String) {
    if let match = text.wholeMatch(of: /(\w+): (\d+) of (\d+) wanted \(weight ([-\d.]+)\)/) {
      self = .matched(field: String(match.1), hits: Int(match.2) ?? -1, of: Int(match.3) ?? -1, weight: String(match.4))
    } else if let match = text.wholeMatch(of: /description: shares ([\d.]+) of the keywords \(weight ([-\d.]+)\)/) {
      self = .description(score: String(match.1), weight: String(match.2))
    } else if let match = text.wholeMatch(of: /Missing (\w+): (.*)/) {
      self = .gap(field: String(match.1), names: match.2.split(separator: ", ").map(String.init))
    } else if text == "Newcomer: takes only a limited share of the work" {
      self = .newcomer
    } else {
      self = Fact(common: text)
    }
  }

  private init(common text: String) {
    if let match = text.wholeMatch(of: /Similar cases: (.*)/) {
      self = .similarCases(match.1.split(separator: ", ").map(String.init))
    } else if let match = text.wholeMatch(of: /Role: (\w+)/) {
      self = .role(String(match.1))
    } else {
      self = .unknown(text)
    }
  }
}

/// Both lists of sentences state the same facts in the same order.
func expectSameFacts(_ ours: JSON, _ recorded: JSON, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let stated = (ours.array ?? []).map { Fact(ours: $0.string ?? "") }
  let expected = (recorded.array ?? []).map { Fact(recorded: $0.string ?? "") }
  #expect(stated == expected, "\(what)", sourceLocation: sourceLocation)
}
