/// Capability `bus`: version 1 of the protocol reserves its name and says nothing else.
enum BusChecks {
  static let all: [Check] = [
    Check("bus.contract", "11", "has no contract to keep yet") { _ in
      throw NotApplicable(reason: "protocol 1 reserves the name bus and says nothing of its methods (docs/PROTOCOL.md, section 11)")
    }
  ]
}
