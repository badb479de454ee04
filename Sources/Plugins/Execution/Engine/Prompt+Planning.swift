import JSONRPC

extension Prompt {
  static func spec(requirement: String, agreed: [AgreedRequirement], options: RoundOptions) -> Prompt {
    var options = options
    // Whether a reply is recorded is nothing to the model; told, it would make a replayed question another one.
    options.modelMode = RoundOptions().modelMode
    return Prompt(
      purpose: "spec", alias: "design", temperature: 0.3,
      instruction: """
        You plan a software project. Answer with one JSON object only:
        {"summary":"…","title":"…","language":"en","project_type":"web|api|cli|library|other","requirements":[{"id":"REQ-001","source_id":1,\
        "title":"…","summary":"…","category":"frontend|backend|database|ui|api|other","priority":"high|medium|low","depends_on":[]}],\
        "dependency_edges":[["REQ-001","REQ-002"]],"tech_stack":{"frontend":"…","backend":"…","database":"…"}}
        Keep every agreed requirement and name it in source_id. The first requirement is the frame that the others build on.
        """,
      prose: "Plan what is to be built from the agreed requirements and the words of the user.",
      input: ["requirement": .string(requirement), "requirements": .array(agreed.map(\.json)), "options": options.json])
  }

  static func criteria(_ requirement: Spec.Requirement, spec: Spec, standards: [AgreedRequirement.Standard]) -> Prompt {
    Prompt(
      purpose: "criteria", alias: "design", temperature: 0.25,
      instruction: """
        You write acceptance criteria. Answer with one JSON object only:
        {"criteria":[{"id":"\(requirement.id).1","title":"…","description":"…","test_method":"…","delivery_standard_id":1}]}
        One criterion for each delivery standard, with its id, and others up to five. Each can be checked by reading or running the files; \
        leave out load, speed and taste.
        """,
      prose: "Write the acceptance criteria of \(requirement.id).",
      input: [
        "requirement": .object(requirement.entry), "requirements": spec.requirementsJSON,
        "delivery_standards": .array(standards.map(\.json)),
      ])
  }

  static func contract(_ spec: Spec) -> Prompt {
    Prompt(
      purpose: "contract", alias: "design", temperature: 0.25,
      instruction: """
        You are the architect. Answer with one JSON object only:
        {"project_name":"…","file_structure":{},"api_endpoints":[{"path":"…","methods":["GET"],"description":"…"}],\
        "data_models":[{"name":"…","fields":[{"name":"…","type":"…"}]}],"import_conventions":{},"check_commands":["…"]}
        """,
      prose: "Fix what all requirements share: folders, interfaces and names.",
      input: [
        "requirements": spec.requirementsJSON, "title": .string(spec.title), "project_type": .string(spec.projectType),
        "tech_stack": .object(spec.techStack),
      ])
  }

  static func summary(_ state: RoundState) -> Prompt {
    let results: [JSON] = state.requirements.map { requirement in
      let title = state.spec?[requirement.id]?.title ?? ""
      return ["id": .string(requirement.id), "title": .string(title), "passed": .bool(requirement.stage == .passed)]
    }
    return Prompt(
      purpose: "summary", alias: "default", temperature: 0.3,
      instruction: "You report to the customer. Answer with one short paragraph of plain text: what was delivered and what is missing.",
      prose: "Sum up this round.",
      input: [
        "requirements": .array(results), "title": .string(state.spec?.title ?? ""), "language": .string(state.spec?.language ?? ""),
      ])
  }
}

extension Spec {
  var requirementsJSON: JSON { .array(requirements.map { .object($0.entry) }) }

  subscript(id: String) -> Requirement? { requirements.first { $0.id == id } }
}
