extension Contest {
  /// A number that may be turned, and where turning it can matter.
  struct Number {
    let current: Double
    let range: ClosedRange<Double>
    let breakpoints: [Double]
    /// It is a part of the contender's base score.
    let movesBase: Bool
    let fact: (Double) -> DecidingFact
  }

  /// The numbers that concern a contender: two of its scores, and those of the rules.
  func numbers(of index: Int) -> [Number] {
    [performance(of: index), recognition(of: index)].compactMap { $0 } + [requirementWeight, threshold] + fitWeights
  }

  private func performance(of index: Int) -> Number? {
    let current = contenders[index].tieBreak.performance
    return score(of: index, current, weight: contenders[index].baseWeights.performance) { .performance(from: current, to: $0) }
  }

  private func recognition(of index: Int) -> Number? {
    let current = contenders[index].tieBreak.recognition
    return score(of: index, current, weight: contenders[index].baseWeights.recognition) { .recognition(from: current, to: $0) }
  }

  /// A static score moves the total in proportion. It matters where totals meet, with and without a newcomer's slot, and where base scores
  /// meet, since slots go out in their order.
  private func score(of index: Int, _ current: Double, weight: Double, _ fact: @escaping (Double) -> DecidingFact) -> Number? {
    guard weight > 0, (0...1).contains(current), let weights = try? FitWeights(rules.weights) else { return nil }
    let own = contenders[index]
    let rest = own.base(rules).total - weight * current
    let ownFit = own.fit(weights) * rules.requirementWeight
    var points: [Double] = []
    for (other, contender) in contenders.enumerated() where other != index {
      let base = contender.base(rules).total
      points.append((base - rest) / weight)
      for (mine, theirs) in adjustments(own, contender) {
        points.append((base + contender.fit(weights) * rules.requirementWeight + theirs - rest - ownFit - mine) / weight)
      }
    }
    return Number(current: current, range: 0...1, breakpoints: points, movesBase: true, fact: fact)
  }

  private func adjustments(_ one: Contender, _ other: Contender) -> [(Double, Double)] {
    let values = { (contender: Contender) -> [Double] in
      contender.isColdStart ? [true, false].map { rules.adjustment(isColdStart: true, hasSlot: $0) } : [0]
    }
    return values(one).flatMap { mine in values(other).map { (mine, $0) } }
  }

  private var requirementWeight: Number {
    let places = ranking()
    let rests = places.map { $0.total - $0.fit * rules.requirementWeight }
    var points: [Double] = []
    for (one, first) in places.enumerated() {
      for (two, second) in places.enumerated() where one < two && first.fit != second.fit {
        points.append((rests[two] - rests[one]) / (first.fit - second.fit))
      }
    }
    let current = rules.requirementWeight
    return Number(current: current, range: 0...max(10, current), breakpoints: points, movesBase: false) {
      .requirementWeight(from: current, to: $0)
    }
  }

  private var threshold: Number {
    let current = rules.minFitThreshold
    return Number(current: current, range: min(0, current)...max(1, current), breakpoints: ranking().map(\.fit), movesBase: false) {
      .minFitThreshold(from: current, to: $0)
    }
  }

  /// With a weight `w` the fit is `(rest + w·coverage) / (sum of the others + w)`: two totals, or a fit and the threshold, meet at one `w`.
  private var fitWeights: [Number] {
    guard rules.weights.allSatisfy({ $0.value >= 0 }) else { return [] }
    let places = ranking()
    let names = contenders.first?.parts.map(\.name) ?? []
    return names.compactMap { name in
      guard let current = rules.weights.first(where: { $0.name == name })?.value else { return nil }
      let others = rules.weights.reduce(0.0) { $1.name == name ? $0 : $0 + $1.value }
      let lines = places.map { line($0, name) }
      var points = lines.map { ($0.rest - rules.minFitThreshold * others) / (rules.minFitThreshold - $0.slope) }
      for one in lines.indices {
        for two in lines.indices where one < two {
          let apart =
            places[one].total - places[one].fit * rules.requirementWeight - places[two].total
            + places[two].fit * rules.requirementWeight
          let rest = apart * others + rules.requirementWeight * (lines[one].rest - lines[two].rest)
          let slope = apart + rules.requirementWeight * (lines[one].slope - lines[two].slope)
          points.append(-rest / slope)
        }
      }
      return Number(current: current, range: 0...max(10, current), breakpoints: points, movesBase: false) {
        .fitWeight(name, from: current, to: $0)
      }
    }
  }

  /// The fit before division, as a line over one weight.
  private func line(_ place: Place, _ name: String) -> (rest: Double, slope: Double) {
    var rest = 0.0
    var slope = 0.0
    for part in contenders[place.index].parts {
      guard part.name != name else {
        slope = part.coverage
        continue
      }
      rest += (rules.weights.first { $0.name == part.name }?.value ?? 0) * part.coverage
    }
    return (rest, slope)
  }
}
