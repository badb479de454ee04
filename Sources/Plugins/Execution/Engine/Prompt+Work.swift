import JSONRPC

extension Prompt {
  static func blueprint(_ work: Work, files: [String], missing: [Criterion] = [], former: JSON = .null) -> Prompt {
    var input = work.input
    input["criteria"] = .array(work.state.openCriteria.map(\.json))
    input["files"] = JSON(files)
    var prose = "Plan the files of \(work.requirement.id)."
    if !missing.isEmpty {
      input["missing_criteria"] = .array(missing.map(\.json))
      input["blueprint"] = former
      prose =
        "The plan answers for no file of these criteria: \(missing.map(\.id).joined(separator: ", ")). Give the whole plan again, with them."
    }
    return Prompt(
      purpose: "blueprint", alias: "design", temperature: missing.isEmpty ? 0.35 : 0.2,
      instruction: """
        You design the work on one requirement. Answer with one JSON object only:
        {"requirement_id":"\(work.requirement.id)","artifact_type":"web|api|script|document","deliverable_pitch":"…","files_plan":[{"path":"…",\
        "description":"…","action":"create|modify","priority":1,"criteria_ids":["…"],"dependencies":["…"]}],"check_command":"sh checks/\
        \(work.requirement.id).sh"}
        Every criterion is answered for by some file. Paths are relative. The check command tests the criteria, prints one line for each, \
        PASS or FAIL with its id, and ends with 1 if any failed.
        """,
      prose: prose, input: input)
  }

  static func file(_ work: Work, _ file: PlannedFile, current: String?, dependencies: [JSON]) -> Prompt {
    var input = work.input
    input["file"] = .object(file.entry)
    input["criteria"] = .array((work.state.criteria ?? []).map(\.json))
    input["current"] = JSON(current)
    input["dependencies"] = .array(dependencies)
    return Prompt(
      purpose: "file", alias: "code", temperature: 0.25,
      instruction: """
        You write one file. Answer with one JSON object only: {"path":"…","content":"…","summary":"…"}
        content is the whole file as it shall be, without placeholders. Keep what others wrote into it.
        """,
      prose: "Write \(file.path).", input: input)
  }

  static func edit(_ work: Work, _ file: PlannedFile, current: String, dependencies: [JSON]) -> Prompt {
    var prompt = Prompt.file(work, file, current: current, dependencies: dependencies)
    prompt.purpose = "edit"
    prompt.temperature = 0.2
    prompt.instruction = """
      You change one file by edits. Answer with one JSON object only:
      {"path":"…","edits":[{"old":"…","new":"…","replace_all":false,"reason":"…"}],"summary":"…"}
      Each old text occurs exactly once in the file, unless replace_all is true.
      """
    prompt.prose = "Change \(file.path)."
    return prompt
  }

  static func judgement(_ work: Work, checks: [CheckResult], files: [JSON]) -> Prompt {
    var input = work.input
    input["feedback"] = nil
    input["criteria"] = .array((work.state.criteria ?? []).map(\.json))
    input["checks"] = .array(checks.map(\.json))
    input["files"] = .array(files)
    return Prompt(
      purpose: "qa", alias: "qa", temperature: 0.1,
      instruction: """
        You judge work against its criteria. Answer with one JSON object only:
        {"criteria":[{"id":"…","name":"…","pass":true,"reason":"…","recommendation":"…"}],"overall_pass":true,"improvements":["…"]}
        One entry for each criterion. Believe the checks' output and the files, not intentions.
        """,
      prose: "Judge \(work.requirement.id).", input: input)
  }
}

/// One requirement at work: what its prompts share.
struct Work: Sendable {
  let requirement: Spec.Requirement
  let state: RequirementState
  let spec: Spec
  let contract: JSON
  let options: RoundOptions

  var input: JSONObject {
    [
      "requirement": .object(requirement.entry), "requirements": spec.requirementsJSON, "title": .string(spec.title),
      "language": .string(spec.language), "tech_stack": .object(spec.techStack), "contract": contract, "feedback": JSON(state.feedback),
    ]
  }

  init?(_ id: String, in state: RoundState) {
    guard let spec = state.spec, let requirement = spec[id], let own = state[id] else { return nil }
    self.requirement = requirement
    self.state = own
    self.spec = spec
    contract = state.contract ?? .null
    options = state.options
  }
}
