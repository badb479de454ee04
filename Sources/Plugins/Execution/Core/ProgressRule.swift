/// The progress bar. Source: contract http.md, section 12.3.
enum ProgressRule {
  /// 0…100; 100 only through completion.
  static func percent(of state: RoundState) -> Int {
    if state.isDelivered { return 98 }
    guard state.isPlanned else {
      if state.contract != nil { return 30 }
      if state.spec != nil { return 25 }
      return state.agreed != nil ? 10 : 5
    }
    if state.isWorkDone { return 95 }
    let fractions = state.requirements.map(\.fraction)
    let mean = fractions.isEmpty ? 0 : fractions.reduce(0, +) / Double(fractions.count)
    return 40 + Int(50 * mean)
  }

  /// The phase that goes with the state.
  static func phase(of state: RoundState) -> String {
    if state.isDelivered { return "completing" }
    guard state.isPlanned else {
      if state.contract != nil { return "building_runtime" }
      if state.spec != nil { return "enriching_spec" }
      return state.agreed != nil ? "collecting_spec" : "initializing"
    }
    return state.isWorkDone ? "delivering" : "executing"
  }
}
