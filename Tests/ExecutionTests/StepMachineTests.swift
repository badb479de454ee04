import JSONRPC
import Testing

@testable import Execution

/// The step machine, without a host.
@Suite struct StepMachineTests {
  private static func planned(_ options: RoundOptions = RoundOptions(), dependencies: [String: [String]]) -> RoundState {
    var state = RoundState(options: options)
    let requirements: [JSON] = dependencies.keys.sorted().map {
      ["id": .string($0), "title": .string($0), "depends_on": JSON(dependencies[$0] ?? [])]
    }
    state.apply(.gathered(agreed: [], head: "c0"), of: .gather)
    state.apply(.specified(Spec(["requirements": .array(requirements)]), Usage()), of: .specify)
    for step in state.next { state.apply(.accepted([Criterion(id: "\(step.requirement ?? "").1", title: "x")], Usage()), of: step) }
    state.apply(.contracted([:], Usage()), of: .contract)
    for step in state.next { state.apply(.staffed(.house, decision: .null), of: step) }
    state.apply(.planned(active: []), of: .plan)
    return state
  }

  /// Does whatever comes next, with `verdict` for each requirement, and tells the steps in order.
  private static func drive(_ state: inout RoundState, verdict: (RoundStep, RoundState) -> StepResult = { step, _ in good(step) })
    -> [RoundStep]
  {
    var taken: [RoundStep] = []
    while let step = state.next.first, taken.count < 200 {
      taken.append(step)
      state.apply(verdict(step, state), of: step)
      #expect(RoundState(json: state.json) == state, "after \(step)")
    }
    return taken
  }

  private static func good(_ step: RoundStep) -> StepResult {
    switch step {
    case .openRound: return .opened
    case .beginBatch: return .begun
    case .design: return .designed(["files_plan": []], Usage(calls: 1))
    case .implement(let id): return .implemented(commit: "c-\(id)", files: ["\(id).txt"], Usage(calls: 1))
    case .validate: return .validated(ValidationResult())
    case .check: return .checked([CheckResult(command: "sh x", exitCode: 0, output: "", errors: "")])
    case .judge(let id): return .judged(QAReport(["criteria": [["id": .string("\(id).1"), "pass": true]]], criteria: []), Usage(calls: 1))
    case .merge(let id): return .merged(head: "m-\(id)")
    case .deliver: return .delivered(Delivery())
    default: return .summarised("done", Usage())
    }
  }

  @Test func `a state is the same after a checkpoint, from the first step to the last`() {
    var state = RoundState(options: RoundOptions())
    #expect(RoundState(json: state.json) == state)
    #expect(state.next == [.gather])
    state.apply(.gathered(agreed: [AgreedRequirement(id: 1, content: "x", standards: [])], head: "c0"), of: .gather)
    #expect(RoundState(json: state.json) == state)
    #expect(state.next == [.specify])
    state.apply(.specified(Spec(["requirements": [["title": "A"]]]), Usage(tokens: 3)), of: .specify)
    #expect(RoundState(json: state.json) == state)
    #expect(state.next == [.accept("REQ-001")])
  }

  @Test func `takes a requirement from design to merge and the round to its end`() {
    var state = Self.planned(dependencies: ["A": []])
    let steps = Self.drive(&state)
    #expect(
      steps == [
        .openRound(1), .beginBatch, .design("A"), .implement("A"), .validate("A"), .check("A"), .judge("A"), .merge("A"), .deliver,
        .summarise,
      ])
    #expect(state.isAllPassed)
    #expect(state.head == "m-A")
    #expect(state.usage.calls == 3)
  }

  @Test func `works on ready requirements together and merges them in order`() {
    var state = Self.planned(dependencies: ["A": [], "B": ["A"], "C": ["A"]])
    let steps = Self.drive(&state)
    #expect(steps.filter { if case .merge = $0 { true } else { false } } == [.merge("A"), .merge("B"), .merge("C")])
    var again = Self.planned(dependencies: ["A": [], "B": [], "C": []])
    again.apply(.opened, of: .openRound(1))
    again.apply(.begun, of: .beginBatch)
    #expect(again.next == [.design("A"), .design("B"), .design("C")])
  }

  @Test func `skips what waits for a failure, and tries both again in the next inner round`() {
    var state = Self.planned(dependencies: ["A": [], "B": ["A"]])
    var failures = 1
    let steps = Self.drive(&state) { step, state in
      if case .check("A") = step, failures > 0 {
        failures -= 1
        return .checked([CheckResult(command: "sh x", exitCode: 1, output: "", errors: "boom")])
      }
      return Self.good(step)
    }
    #expect(steps.filter { $0 == .design("A") }.count == 2)
    #expect(steps.filter { $0 == .design("B") }.count == 1)
    #expect(state.innerRound == 2)
    #expect(state.isAllPassed)
  }

  @Test func `does not let the members of a cycle wait for each other`() {
    var state = Self.planned(dependencies: ["A": ["B"], "B": ["A"]])
    _ = Self.drive(&state)
    #expect(state.isAllPassed)
  }

  @Test func `gives up a merge after two conflicts`() {
    var options = RoundOptions()
    options.maxRounds = 1
    var state = Self.planned(options, dependencies: ["A": []])
    let steps = Self.drive(&state) { step, state in
      if case .merge = step { return .conflicted(files: ["x"]) }
      return Self.good(step)
    }
    #expect(steps.filter { $0 == .merge("A") }.count == 3)
    #expect(state["A"]?.stage == .failed)
    #expect(state["A"]?.attempt == 3)
  }

  @Test func `commits straight to the delivery branch when there are no branches`() {
    var options = RoundOptions()
    options.prMode = false
    options.skipValidation = true
    var state = Self.planned(options, dependencies: ["A": [], "B": []])
    var bases: [String] = []
    _ = Self.drive(&state) { step, state in
      if case .design(let id) = step { bases.append(state[id]?.base ?? "") }
      if case .merge = step { return .merged(head: state.head) }
      return Self.good(step)
    }
    #expect(bases == ["c0", "c-A"])
  }

  @Test func `tells the next try what failed`() throws {
    var state = Self.planned(dependencies: ["A": []])
    _ = state.next
    state.apply(.opened, of: .openRound(1))
    state.apply(.begun, of: .beginBatch)
    for step in [RoundStep.design("A"), .implement("A")] { state.apply(Self.good(step), of: step) }
    state.apply(.validated(ValidationResult(errors: [.init(path: "x.json", message: "is not JSON")])), of: .validate("A"))
    state.apply(.checked([CheckResult(command: "sh x", exitCode: 1, output: "FAIL A.1", errors: "")]), of: .check("A"))
    let report: JSON = [
      "criteria": [["id": "A.1", "pass": false, "reason": "missing", "recommendation": "add it"]], "improvements": ["tidy"],
    ]
    state.apply(.judged(QAReport(report, criteria: []), Usage()), of: .judge("A"))
    #expect(
      state["A"]?.feedback == [
        "Criterion A.1 failed: missing Advice: add it", "tidy", "sh x ended with 1: FAIL A.1", "x.json: is not JSON",
      ])
  }

  @Test func `never lets the progress go down`() {
    var state = Self.planned(dependencies: ["A": [], "B": ["A"]])
    var percents = [state.percent]
    var failures = 2
    _ = Self.drive(&state) { step, state in
      percents.append(state.percent)
      if case .merge = step, failures > 0 {
        failures -= 1
        return .regressed([])
      }
      return Self.good(step)
    }
    #expect(percents == percents.sorted())
    #expect((percents.last ?? 0) <= 99)
  }
}
