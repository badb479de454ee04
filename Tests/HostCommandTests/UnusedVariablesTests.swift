import Testing

@testable import HostCommand

@Suite struct UnusedVariablesTests {
  @Test func `a variable that means nothing here is named with what to use instead`() {
    #expect(
      UnusedVariables.warnings(["DEBUG": "true", "GEMINI_API_KEY": "", "SECRET_KEY": "x"])
        == ["$DEBUG is set, but has no effect: set HIVECORE_ENV=development"])
  }

  @Test func `no variable of ours is among them`() {
    let ours = Set(ConfigKey.all.compactMap(\.variable))
    #expect(UnusedVariables.advice.allSatisfy { !ours.contains($0.name) })
  }
}
