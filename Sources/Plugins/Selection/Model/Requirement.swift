/// What a piece of work asks of an agent.
struct Requirement: Sendable, Equatable {
  /// Names an agent must offer, exactly as written, to be looked at.
  struct HardConstraints: Sendable, Equatable {
    var tools: Set<Term> = []
    var certifications: Set<Term> = []
    var complianceTags: Set<Term> = []
  }

  var names = NamesByField()
  var hardConstraints = HardConstraints()
  /// Written over the configured weights, in this order.
  var weightOverrides: [NamedWeight] = []
  var notes = ""
}

/// A weight of the fit: of a field, of the description, or a name of nothing, which only dilutes the others.
struct NamedWeight: Sendable, Equatable {
  var name: String
  var value: Double
}
